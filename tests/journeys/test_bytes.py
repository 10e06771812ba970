"""What pages weigh as they travel: most people open them over a weak phone network (`-s` prints the table)."""

import re

import pytest

from tests.journeys.conftest import ROOT
from tests.journeys.pages import PAGES, Guide, Page

KB = 1024
PUBLIC = 20 * KB
STAFF = 25 * KB
FIRST_LOAD = 12 * KB
CSS = 6 * KB
JS = 4 * KB

OPENED = [page for page in PAGES if not page.press and not page.route.startswith("/dev")]


@pytest.mark.slow
@pytest.mark.parametrize("page", OPENED, ids=lambda page: page.name)
def test_a_page_is_light(page: Page, guide: Guide) -> None:
    answer = guide.visit(page.who).get(guide.path(page))
    print(f"\n| {page.route} | {page.name} | {answer.sent / KB:.1f} KB |")

    assert answer.status == page.status
    assert answer.sent <= (PUBLIC if page.public else STAFF)


@pytest.mark.slow
def test_a_form_that_comes_back_is_light(guide: Guide) -> None:
    placard = guide.path(next(each for each in PAGES if each.name == "report"))
    answer = guide.visit("").send(placard, action=placard)

    assert answer.status == 422
    assert answer.sent <= FIRST_LOAD


@pytest.mark.slow
def test_the_first_load_of_the_report_page_is_light(guide: Guide) -> None:
    visit = guide.visit("")
    page = visit.get(guide.path(next(each for each in PAGES if each.name == "report")))
    files = [visit.get(path) for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)]
    weight = page.sent + sum(each.sent for each in files)
    print(f"\n| first load of the report page | {1 + len(files)} requests | {weight / KB:.1f} KB |")

    assert "<style>" in page.text
    assert [each.status for each in files] == [200]
    assert weight <= FIRST_LOAD


@pytest.mark.slow
@pytest.mark.parametrize(("name", "most"), [("portal.css", CSS), ("portal.js", JS)])
def test_style_and_script_are_light(name: str, most: int, guide: Guide) -> None:
    answer = guide.visit("").get(f"/static/{name}")
    print(f"\n| /static/{name} | | {answer.sent / KB:.1f} KB |")

    assert answer.status == 200
    assert answer.text == (ROOT / "static" / name).read_text(encoding="utf-8")
    assert answer.sent <= most


@pytest.mark.parametrize("picture", ["report.png", "inbox.png"])
def test_the_pictures_of_the_readme_are_light(picture: str) -> None:
    assert (ROOT / "docs/pictures" / picture).stat().st_size < 150 * KB
