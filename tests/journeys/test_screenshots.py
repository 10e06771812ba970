"""Every page's picture, for the eye: a test cannot tell whether a page is pleasant."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys import browser as chrome
from tests.journeys.conftest import ROOT
from tests.journeys.pages import PAGES, Guide, Page

pytestmark = [pytest.mark.screenshots, pytest.mark.browser, pytest.mark.slow]

FOLDER = ROOT / "build" / "screenshots"
VIEWS = {"390": (chrome.PHONE, "1"), "1280": (chrome.DESK, "1"), "390-size3": (chrome.PHONE, "3")}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_picture_is_written(page: Page, view: str, chromium: Browser, demo: dict[str, Any], guide: Guide) -> None:
    viewport, size = VIEWS[view]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chrome.visitor(chromium, demo["base_url"], viewport=viewport, device_scale_factor=1) as context:
        guide.prepare(context, page.who, size=size)
        shown = context.new_page()
        guide.open(shown, page)
        shown.screenshot(path=FOLDER / f"{page.name}-{view}.png", full_page=True)

    assert (FOLDER / f"{page.name}-{view}.png").stat().st_size > 5_000
