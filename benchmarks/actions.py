"""The actions that budgets are about, each as a person or a function does it, ready to be done again and again."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from portal import clock, period
from portal.points import domain as points_domain
from portal.points import service as points
from portal.reports import models, service
from tests.project import world
from tests.reports import build as cases

WORDS = "环卫工人已经到现场清运，并冲洗了地面，请居民放心。" * 2
Act = Callable[[], None]
World = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Budget:
    """The most an action may cost, beside the session's one read.

    A staff move may write as many units as its report has started KB, and five more: four KB after nine moves.
    """

    round_trips: int
    read_units: float = 0
    write_units: float = 0


@dataclass(frozen=True, kw_only=True)
class Action:
    """`ready(world)` prepares and returns what does the action once, as often as it is called."""

    name: str
    budget: Budget
    ready: Callable[[World], Act]


def _expect(answer: Any, status: int) -> None:
    if answer.status_code != status:
        raise RuntimeError(f"{status} expected, {answer.status_code} came: {answer.text[:300]}")


def _file(known: World) -> Act:
    client, numbers = world.client("resident", ""), itertools.count()

    def act() -> None:
        number = next(numbers)
        form = {
            "category": "01",
            "description": "3号楼东侧垃圾桶满了",
            "consent": "2026-11",
            "submission_key": f"bench-report-key-{number:06d}",
        }
        address = {"REMOTE_ADDR": f"10.0.{number // 250}.{number % 250}"}
        _expect(client.post(f"/s/{known['code']}", data=form, environ_overrides=address), 303)

    act()  # the placard is known from now on
    return act


def _track(known: World) -> Act:
    client = world.client("resident", "")
    return lambda: _expect(client.get(f"/t/{known['closed']}?key={known['closed_key']}"), 200)


def _me(known: World) -> Act:
    client = world.client("volunteer", "volunteer")
    post = _award(known, known["volunteer"])
    for _ in range(3):
        post()
    return lambda: _expect(client.get("/me"), 200)


def _move(_known: World) -> Act:
    """The ninth entry of a report full of Chinese words; each time another copy of that report is handed back."""
    at = service.submit_report(
        draft=cases.draft(submission_key="bench-nine-moves-01", description="小区东门垃圾桶满了，味道很大" * 8),
        now=clock.now(),
        actor=cases.VOLUNTEER,
    )
    for move, arguments in _EIGHT_MOVES:
        at = move(reference=at.reference, version=at.version, now=clock.now(), **arguments)
    copies = [f"MVE{number:05d}".translate(_PLAIN) for number in range(100)]
    with models.ReportItem.batch_write() as batch:
        for reference in copies:
            batch.save(models.item(replace(at, reference=reference)))
    client, left = world.client("staff", "checker"), iter(copies)
    form = {"version": str(at.version), "reason": WORDS}
    return lambda: _expect(client.post(f"/staff/reports/{next(left)}/rework", data=form), 303)


_PLAIN = str.maketrans("01", "XY")  # references have neither
_EIGHT_MOVES: tuple[tuple[Any, dict[str, Any]], ...] = (
    (service.file_report, {"actor": cases.DISPATCHER, "subcategory": "0104", "urgency": "P3"}),
    (service.dispatch_report, {"actor": cases.DISPATCHER, "department": "SAN"}),
    (service.sign_report, {"actor": cases.HANDLER}),
    (service.start_report, {"actor": cases.HANDLER, "note": WORDS}),
    (service.handle_report, {"actor": cases.HANDLER, "result": WORDS}),
    (service.rework_report, {"actor": cases.VERIFIER, "reason": WORDS}),
    (service.handle_report, {"actor": cases.HANDLER, "result": WORDS}),
)


def _award(_known: World, volunteer: str = "") -> Act:
    numbers = itertools.count()

    def act() -> None:
        number = next(numbers)  # another person each time: nobody may earn without end
        _post(volunteer or f"bench{number}", f"R#{volunteer}BENCH{number}")

    return act


def _replay(_known: World) -> Act:
    _post("bench", "R#ONCE")
    return lambda: _post("bench", "R#ONCE")


def _post(volunteer: str, source: str) -> None:
    at = clock.now()
    credit = points_domain.Credit(
        rule="P02",
        points=8,
        source=source,
        on=period.local_day(at),
        at=at,
        actor="dina",
        approver="dina",
        text="反映的问题已立案",
    )
    points.post_points(community=world.COMMUNITY, volunteer=volunteer, credit=credit)


def _inbox(open_reports: int) -> Callable[[World], Act]:
    def ready(_known: World) -> Act:
        fill_inbox(open_reports)
        client = world.client("staff", "checker")
        return lambda: _expect(client.get(f"/staff/reports?desk={world.COMMUNITY}"), 200)

    return ready


def fill_inbox(open_reports: int) -> None:
    """Put so many reports on the community's desk, with names of their own, straight into the table."""
    new = service.submit_report(
        draft=cases.draft(submission_key="bench-inbox-row-001", description="字" * 200, place="地" * 60),
        now=clock.now(),
    )
    with models.ReportItem.batch_write() as batch:
        for number in range(open_reports):
            later = new.submitted_at + timedelta(seconds=number)
            reference = f"{number:08d}".translate(_PLAIN)
            batch.save(models.item(replace(new, reference=reference, submitted_at=later)))


def actions() -> Iterator[Action]:
    """Yield all, with the budgets of the project."""
    yield Action(name="file a report", budget=Budget(round_trips=2, write_units=4), ready=_file)
    yield Action(name="follow a report", budget=Budget(round_trips=1, read_units=1), ready=_track)
    yield Action(name="see one's points", budget=Budget(round_trips=2, read_units=1), ready=_me)
    yield Action(name="make a staff move", budget=Budget(round_trips=2, read_units=2, write_units=9), ready=_move)
    yield Action(name="award points", budget=Budget(round_trips=2, read_units=1.5, write_units=8), ready=_award)
    yield Action(name="award the same again", budget=Budget(round_trips=1, read_units=1.5), ready=_replay)
    for count in (100, 2000):
        budget = Budget(round_trips=1, read_units=2.5)
        yield Action(name=f"open an inbox of {count}", budget=budget, ready=_inbox(count))
