"""What the first pages bring together from the features below. Reads only."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.activities import domain as records_domain
from portal.activities import service as records
from portal.areas import domain as areas_domain
from portal.areas import service as areas
from portal.awards import domain as awards_domain
from portal.awards import service as awards
from portal.db import Page
from portal.errors import NotFound
from portal.period import Month
from portal.reports import rules as reports_rules
from portal.reports import service as reports
from portal.volunteers import domain as people
from portal.volunteers import service as volunteers
from portal.workflow import Actor, Role

DESKS_SHOWN = 6
BOARD_MONTHS = 24
RESULTS_ON_HOME = 3
_AWARD_ROLES = (Role.COMMUNITY_ADMIN, Role.SECOND_APPROVER, Role.AUDITOR)


@dataclass(frozen=True, kw_only=True)
class Board:
    """What a community solved in a month, by kind, and whom it thanked. Nobody's identity, nothing confidential."""

    area: areas_domain.Area
    month: Month
    solved: int
    kinds: tuple[tuple[str, int], ...]
    results: tuple[tuple[str, str], ...]
    thanks: tuple[awards.BoardMonth, ...]


@dataclass(frozen=True, kw_only=True)
class DeskLine:
    """A desk today: how many reports are open (`more` than a page shows), how many of those are late."""

    desk: str
    name: str
    open: int
    late: int
    more: bool


@dataclass(frozen=True, kw_only=True)
class Today:
    """What waits for a member of staff; None where it is not theirs to look at. `50+` says more than a page holds."""

    desks: tuple[DeskLine, ...]
    more_desks: int
    applicants: str | None
    records: str | None
    award: tuple[Month, awards_domain.State] | None


def view_board(*, community: str, month: Month, now: datetime, with_thanks: bool = True, language: str = "zh") -> Board:
    """Show a community's month. Raises NotFound for other places, for months to come and long past ones."""
    area = areas.get_area(code=community)
    if area.level is not areas_domain.Level.COMMUNITY or not Month.of(now).plus(-BOARD_MONTHS) <= month <= Month.of(
        now
    ):
        raise NotFound
    rows = reports.list_solved(community=community, month=month)
    title = reports_rules.current().title
    named = [(title(category=row.category, subcategory=row.subcategory, language=language), row.place) for row in rows]
    return Board(
        area=area,
        month=month,
        solved=len(rows),
        kinds=tuple(Counter(kind for kind, _ in named).most_common()),
        results=tuple(named[:RESULTS_ON_HOME]),
        thanks=tuple(awards.board(community=community, now=now)) if with_thanks else (),
    )


def view_today(*, actor: Actor, community: str, now: datetime) -> Today:
    """Show what waits for a member of staff: one read for each desk, one for each list that is theirs."""
    return Today(
        desks=tuple(_desk(actor, desk, now) for desk in actor.desks[:DESKS_SHOWN]),
        more_desks=max(0, len(actor.desks) - DESKS_SHOWN),
        applicants=_applicants(actor, community),
        records=_records(actor, community),
        award=_award(actor, community, now),
    )


def _desk(actor: Actor, desk: str, now: datetime) -> DeskLine:
    found = reports.list_desk(actor=actor, desk=desk)
    late = sum(row.due_at is not None and row.due_at < now for row in found.rows)
    return DeskLine(desk=desk, name=_desk_name(desk), open=len(found.rows), late=late, more=found.cursor is not None)


def _desk_name(desk: str) -> str:
    code, _, department = desk.partition("#")
    if department:
        return reports_rules.current().departments.get(department, desk)
    try:
        return areas.get_area(code=code).name
    except NotFound:
        return desk


def _count(page: Page[Any]) -> str:
    return f"{len(page.items)}{'+' if page.cursor else ''}"


def _applicants(actor: Actor, community: str) -> str | None:
    if not actor.has(*people.DECIDERS):
        return None
    return _count(volunteers.list_volunteers(actor=actor, community=community, state=people.State.APPLIED))


def _records(actor: Actor, community: str) -> str | None:
    if not actor.has(*records_domain.CONFIRMERS):
        return None
    return _count(records.list_waiting(actor=actor, community=community))


def _award(actor: Actor, community: str, now: datetime) -> tuple[Month, awards_domain.State] | None:
    if not actor.has(*_AWARD_ROLES) or not actor.covers(community):
        return None
    last = Month.of(now).previous()
    months = dict(awards.list_months(actor=actor, community=community, now=now))
    return last, months[last]
