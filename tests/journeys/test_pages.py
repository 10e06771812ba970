"""Every page, as people with small screens, large text, no script, no sight or no Chinese meet it.

`make test` visits each page once and rotates language, text size and script over the list; with YIZHAN_FULL_MATRIX=1
(`make prove`) each page is visited in all twelve ways.
"""

import itertools
import os
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from playwright.sync_api import Page as BrowserPage

from tests.journeys import browser as chrome
from tests.journeys.conftest import ROOT
from tests.journeys.pages import NO_PAGE, PAGES, Guide, Page

WAYS = list(itertools.product(("zh", "en"), ("1", "2", "3"), ("script", "")))
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
TARGET = 44
REQUESTS = 3
SMALL_TARGETS = """least => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .map(each => each.matches("[type=radio], [type=checkbox]") ? each.closest("label") || each : each)
  .filter(each => each.checkVisibility() && each.type !== "hidden" && !each.matches(".skip"))
  .filter(each => {
    const around = each.parentElement, inSentence = each.matches("a") && getComputedStyle(each).display === "inline"
      && around.textContent.trim().length > each.textContent.trim().length;
    const box = each.getBoundingClientRect();
    return !inSentence && (box.height < least - 0.5 || box.width < least - 0.5);
  })
  .map(each => each.outerHTML.slice(0, 120))"""


def ways() -> list[Any]:
    """Pairs of a page and the way it is visited."""
    if os.environ.get("YIZHAN_FULL_MATRIX"):
        chosen = list(itertools.product(PAGES, WAYS))
    else:
        turns = (WAYS[5 * turn % len(WAYS)] for turn in itertools.count())  # neighbours in the list differ in all
        chosen = list(zip(PAGES, turns, strict=False))
    return [
        pytest.param(page, *way, id=f"{page.name}-{way[0]}-size{way[1]}{'' if way[2] else '-noscript'}")
        for page, way in chosen
    ]


def test_every_address_that_shows_a_page_is_visited() -> None:
    stored = (ROOT / "tests/project/urls.txt").read_text(encoding="utf-8").splitlines()
    shown = {row.split()[2] for row in stored if row.split()[1] == "GET"}

    assert shown - {page.route for page in PAGES} == set(NO_PAGE)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(("page", "language", "size", "script"), ways())
def test_a_page_serves_everyone(
    page: Page, language: str, size: str, script: str, chromium: Browser, guide: Guide
) -> None:
    with chrome.visitor(chromium, guide.base_url, viewport=chrome.NARROW, device_scale_factor=1) as context:
        guide.prepare(context, page.who, language=language, size=size)
        if not script:  # one that never arrives: axe itself needs a browser that runs scripts
            context.route("**/static/*.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
        watched = chrome.Watched(context.new_page())
        watched.page.on("console", watched.heard)
        watched.page.on("pageerror", lambda error: watched.faults.append(str(error)))

        assert guide.open(watched.page, page) == page.status
        assert watched.page.locator("html").get_attribute("data-size") == size
        found = [f"{view['width']} px {words}" for view in chrome.VIEWS for words in faults(watched.page, page, view)]
        heard = [fault for fault in watched.faults if page.status == 200 or f"status of {page.status}" not in fault]

    assert found + heard == []


def faults(shown: BrowserPage, page: Page, view: dict[str, int]) -> list[str]:
    """What is wrong with a page at one width."""
    shown.set_viewport_size({"width": view["width"], "height": view["height"]})
    wide = shown.evaluate("document.documentElement.scrollWidth")
    scrolls = [f"scrolls sideways: {wide} px"] if wide > view["width"] else []
    small = [f"small target: {each}" for each in shown.evaluate(SMALL_TARGETS, TARGET)] if page.public else []
    violations = Axe().run(shown, options=RULES).response["violations"]
    return scrolls + small + [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in violations]


@pytest.mark.browser
@pytest.mark.slow
def test_the_report_page_takes_few_requests(chromium: Browser, guide: Guide) -> None:
    asked: list[str] = []
    with chrome.visitor(chromium, guide.base_url) as context:
        shown = context.new_page()
        shown.on("request", lambda request: asked.append(request.url))
        shown.goto(guide.path(next(page for page in PAGES if page.name == "report")))
        shown.wait_for_load_state("networkidle")

    own = [address for address in asked if not address.startswith("data:")]
    assert len(own) <= REQUESTS, own
    assert [address for address in own if not address.startswith(guide.base_url)] == []
