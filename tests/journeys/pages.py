"""Every page a person can open in the demo: its address, who opens it, and how one gets there."""

import html
import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext
from playwright.sync_api import Page as BrowserPage

from tests.journeys.visit import Visit


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page, or a state of one worth looking at on its own.

    `route` is its address in tests/project/urls.txt. One gets there from `start` (the route itself when empty), by the
    first link that matches `link`, and then by pressing `press` after typing into fields.
    """

    name: str
    route: str
    who: str = ""
    start: str = ""
    link: str = ""
    typed: tuple[tuple[str, str], ...] = ()
    press: str = ""
    status: int = 200

    @property
    def public(self) -> bool:
        """Tell whether residents and volunteers open it."""
        return not self.route.startswith("/staff")


def _staff(name: str, path: str, who: str = "admin", **more: Any) -> Page:
    return Page(name=f"staff-{name}", route=f"/staff/{path}".removesuffix("/"), who=who, **more)


PAGES = (
    Page(name="home", route="/"),
    Page(name="home-wrong-code", route="/", start="/?code=12", status=422),
    Page(name="report", route="/s/<code>", start="{placard}"),
    Page(name="report-faults", route="/s/<code>", start="{placard}", press="#send", status=422),
    Page(name="report-old-placard", route="/s/<code>", start="/s/ZZZZZZ"),
    Page(name="report-no-placard", route="/s"),
    Page(name="follow", route="/t/<reference>", start="{sent}"),
    Page(name="follow-closed", route="/t/<reference>", start="{closed}"),
    Page(name="follow-no-key", route="/t/<reference>", start="{bare}"),
    Page(name="follow-unknown", route="/t/<reference>", start="/t/22222222", status=404),
    Page(name="lookup", route="/t"),
    Page(name="lookup-unknown", route="/t", typed=(("#reference", "22222222"),), press="main .btn", status=404),
    Page(name="board", route="/board"),
    Page(name="board-last-month", route="/board/<area_code>", start="/board", link=r"/board/\d+\?month="),
    Page(name="board-places", route="/board/<area_code>", start="/board/320105902"),
    Page(name="help", route="/help"),
    Page(name="privacy", route="/privacy"),
    Page(name="not-found", route="/", start="/nothing-here", status=404),
    Page(name="join", route="/join"),
    Page(name="join-faults", route="/join", press="main .btn.wide", status=422),
    Page(name="join-thanks", route="/join/thanks"),
    Page(name="sign-in", route="/sign-in"),
    Page(name="sign-in-code", route="/sign-in", typed=(("#phone", "19955500099"),), press="main .btn"),
    Page(name="me", route="/me", who="volunteer"),
    Page(name="me-points", route="/me/points", who="volunteer"),
    Page(name="me-scores", route="/me/scores", who="volunteer"),
    Page(name="me-scores-last-month", route="/me/scores", who="volunteer", link=r"\?month="),
    Page(name="me-certificates", route="/me/certificates", who="volunteer"),
    Page(name="me-profile", route="/me/profile", who="volunteer"),
    _staff("sign-in", "sign-in", who=""),
    _staff("sign-in-wrong", "sign-in", who="", press="main .btn", status=422),
    *(
        _staff(f"today-{who}", "", who=who)
        for who in ("dispatcher", "worker", "handler", "verifier", "admin", "second", "keeper", "auditor")
    ),
    _staff("inbox", "reports", who="dispatcher"),
    _staff("inbox-handler", "reports", who="handler"),
    _staff(
        "report", "reports/<reference>", who="dispatcher", start="/staff/reports", link=r"/staff/reports/[0-9A-Z]{8}"
    ),
    _staff("report-handler", "reports/<reference>", who="handler", start="{closed_staff}"),
    _staff("report-new", "reports/new", who="dispatcher"),
    _staff("volunteers", "volunteers"),
    _staff("volunteers-active", "volunteers", start="/staff/volunteers?state=active"),
    _staff(
        "volunteer", "volunteers/<volunteer_id>", start="/staff/volunteers?state=active", link=r"/staff/volunteers/\w+"
    ),
    _staff("points", "points/<volunteer>", start="{volunteer_points}"),
    _staff("records", "records"),
    _staff("records-of-one", "records", link=r"/staff/records\?volunteer=[^\"]+"),
    _staff("record", "records/<record_id>", start="/staff/records", link=r"/staff/records/(?!new)\w+"),
    _staff("record-new", "records/new", who="worker"),
    _staff("awards", "awards"),
    _staff("award", "awards/<month>", start="/staff/awards", link=r"/staff/awards/\d{4}-\d\d"),
    _staff("stations", "stations", who="keeper"),
    _staff(
        "station", "stations/<station_id>", who="keeper", start="/staff/stations", link=r"/staff/stations/(?!new)\w+"
    ),
    _staff("station-edit", "stations/<station_id>/edit", who="keeper", start="{station_edit}"),
    _staff("station-new", "stations/new", who="keeper"),
    _staff("people", "people"),
    _staff("person", "people/<username>", start="/staff/people/verifier"),
    _staff("person-new", "people/new"),
    _staff("account", "account", who="dispatcher"),
    _staff("second-factor", "account/second-factor", who="dispatcher"),
    _staff("not-found", "", start="/staff/nothing-here", status=404),
    _staff("refused", "awards", who="handler", status=403),
    Page(name="dev-outbox", route="/dev/outbox"),
    Page(name="dev-clock", route="/dev/clock"),
    Page(name="dev-role", route="/dev/role"),
)

NO_PAGE = {
    "/healthz": "an answer for machines",
    "/S/<code>": "the same view as /s/<code>, for shorter QR codes",
    "/staff/stations/<station_id>/placards/<code>/<any(poster,stickers):sheet>.pdf": "a file",
}


class Guide:
    """Knows the way: finds each page's address in one demo, and keeps who has entered."""

    def __init__(self, demo: dict[str, Any]) -> None:
        self.base_url: str = demo["base_url"]
        self._placard: str = demo["stations"][0]["url"].removeprefix(self.base_url)
        self._inside: dict[str, Visit] = {}
        self._named: dict[str, str] = {}

    def visit(self, who: str) -> Visit:
        """Be someone, once a session."""
        if who not in self._inside:
            self._inside[who] = Visit(self.base_url)
            self._inside[who].enter(who)
        return self._inside[who]

    def prepare(self, context: BrowserContext, who: str, *, language: str = "zh", size: str = "1") -> None:
        """Give a browser someone's session, a language and a text size."""
        chosen: list[Any] = [
            {"name": name, "value": value, "url": self.base_url} for name, value in (("lang", language), ("size", size))
        ]
        context.add_cookies(self.visit(who).cookies() + chosen)

    def open(self, shown: BrowserPage, page: Page) -> int:
        """Open a page in a browser, typing and pressing where it says so; answers the status."""
        answer = shown.goto(self.path(page))
        for field, words in page.typed:
            shown.locator(field).fill(words)
        if page.press:
            with shown.expect_navigation() as going:
                shown.locator(page.press).first.click()
            answer = going.value
        assert answer
        return answer.status

    def path(self, page: Page) -> str:
        """Answer the address to open, before anything is typed or pressed."""
        start = page.start or page.route
        if start.startswith("{"):
            start = self._place(start.strip("{}"))
        return self._first(page.who, start, page.link) if page.link else start

    def _first(self, who: str, start: str, link: str) -> str:
        found = re.search(rf'href="({link}[^"]*)"', self.visit(who).get(start).text)
        assert found, f"{start} has a link like {link}"
        address = html.unescape(found[1])
        return start.partition("?")[0] + address if address.startswith("?") else address

    def _place(self, name: str) -> str:
        if name == "placard":
            return self._placard
        if name not in self._named:
            self._named[name] = str(getattr(self, f"_find_{name}")())
        return self._named[name]

    def _report(self, category: str, words: str) -> str:
        answer = self.visit("").send(
            self._placard, action=self._placard, category=category, description=words, place="3 号楼东侧"
        )
        assert answer.path.startswith("/t/"), answer.path
        return answer.path

    def _find_sent(self) -> str:
        return self._report("05", "楼道的声控灯坏了两天，老人上下楼看不清。")

    def _find_bare(self) -> str:
        return self._place("sent").split("?")[0]

    def _find_closed(self) -> str:
        """Send a report and let three people bring it to its close."""
        link = self._report("01", "垃圾桶满了，两天没人清，味道很大。")
        page = link.split("?")[0].replace("/t/", "/staff/reports/")
        for who, move, typed in (
            ("dispatcher", "file", {"subcategory": "0104", "urgency": "P3", "place": "3 号楼东侧"}),
            ("dispatcher", "dispatch", {"department": "SAN"}),
            ("handler", "sign", {}),
            ("handler", "start", {}),
            ("handler", "handle", {"result": "已清运并冲洗地面，以后每天收两次。"}),
            ("verifier", "verify", {}),
            ("verifier", "close", {"note": "现场看过，已经干净了。"}),
        ):
            answer = self.visit(who).send(page, action=f"{page}/{move}", **typed)
            assert "faults" not in answer.text, move
        return link

    def _find_closed_staff(self) -> str:
        return self._place("closed").split("?")[0].replace("/t/", "/staff/reports/")

    def _find_volunteer_points(self) -> str:
        person = self._first("admin", "/staff/volunteers?state=active", r"/staff/volunteers/\w+")
        return person.split("?")[0].replace("/volunteers/", "/points/")

    def _find_station_edit(self) -> str:
        return self._first("keeper", "/staff/stations", r"/staff/stations/(?!new)\w+") + "/edit"
