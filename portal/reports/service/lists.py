"""Reading reports: the follow page, a staff member's page, desks, own reports, the public board."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal import ids, limits, privacy
from portal.db import Cursor, Page
from portal.period import Month
from portal.reports import domain, repository, rules
from portal.reports.service import submit
from portal.workflow import Actor

_REFERENCE = re.compile(f"[{ids.ALPHABET}]{{8}}")


@dataclass(frozen=True, kw_only=True)
class Followed:
    """A report as its reader may see it: `known` opens the details, `key` alone opens the reporter's moves."""

    report: domain.Report
    known: bool
    keyed: bool


def read_reference(text: str) -> str:
    """Return a typed reference as stored: `nx7k-42qm` is `NX7K42QM`. Raises UnknownReport for anything else."""
    code = re.sub(r"[\s\-—－]", "", text[:40]).upper()
    if not _REFERENCE.fullmatch(code):
        raise domain.UnknownReport
    return code


def follow_report(*, reference: str, now: datetime, key: str = "", tail: str = "", address: str = "") -> Followed:
    """Return a report for its follow page. Raises UnknownReport, alike for a wrong and an unknown reference; TooMany.

    Misses of an address and tries of last digits are counted, hits are free: one round trip.
    """
    try:
        report = _find(reference, key=key, tail=tail, now=now)
    except domain.UnknownReport:
        if address:
            sender = privacy.secret_hash("address", address)[:16]
            _count(f"lookup#{sender}", rules.current().limits.address_lookups, now)
        raise
    keyed = submit.key_fits(report=report, key=key)
    known = keyed or (bool(tail) and submit.tail_fits(report=report, tail=tail))
    return Followed(report=report, known=known, keyed=keyed)


def masked_phone(*, report: domain.Report) -> str:
    """Return the reporter's number as `139****5678`, empty when none was left."""
    if not report.phone_token:
        return ""
    return privacy.mask_phone(privacy.decrypt(report.phone_token, f"report:{report.reference}"))


def _find(reference: str, *, key: str, tail: str, now: datetime) -> domain.Report:
    code = read_reference(reference)
    if tail:
        _count(f"tail#{code}", rules.current().limits.tail_tries, now)
        most = rules.current().limits.tail_tries_a_day  # else patience would find four digits within weeks
        limits.hit(key=f"tail-day#{code}", caps={"tries": most}, window=timedelta(days=1), now=now)
    report = repository.find_whole(code)
    if report is None and key:  # just stored, and the copy that answered had not heard of it yet
        report = repository.find_whole(code, consistent=True)
    if report is None:
        raise domain.UnknownReport
    return report


def _count(key: str, cap: int, now: datetime) -> None:
    window = timedelta(minutes=rules.current().limits.window_minutes)
    limits.hit(key=key, caps={"tries": cap}, window=window, now=now)


def get_report(*, actor: Actor, reference: str) -> domain.Report:
    """Return a report with all its history, or raise UnknownReport for one outside the caller's sight."""
    report = repository.find_whole(read_reference(reference), consistent=True)
    if report is None:
        raise domain.UnknownReport
    return domain.require_sight(report=report, actor=actor)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A page of a desk: the rows that fit the filter, how many were looked at, and where to go on."""

    rows: list[domain.Row]
    looked_at: int
    cursor: Cursor | None


def list_desk(*, actor: Actor, desk: str, state: domain.State | None = None, cursor: Cursor | None = None) -> Desk:
    """Return fifty of a desk's open reports, the least time left first. Raises NotYourDesk.

    A filter by state looks at fifty too and says so: one round trip, at most 2.5 read units, however full the desk is.
    """
    if desk not in actor.desks:
        raise domain.NotYourDesk
    page = repository.list_desk(desk=desk, cursor=cursor)
    rows = [row for row in page.items if state is None or row.state == state]
    return Desk(rows=rows, looked_at=len(page.items), cursor=page.cursor)


def list_own(*, volunteer: str, cursor: Cursor | None = None) -> Page[domain.Row]:
    """Return a volunteer's own reports, the newest first."""
    return repository.list_mine(volunteer=volunteer, cursor=cursor)


def list_solved(*, community: str, month: Month) -> list[domain.Solved]:
    """Return what was solved in a month for the public board; confidential kinds never reach it."""
    return repository.list_solved(community=community, month=month)


def page_history(*, reference: str) -> bool:
    """Move the oldest steps of a history past 3 KB to a page beside it; tell whether anything moved.

    To be called once the events of a change have been handled. Safe to repeat. What may be looked back on stays.
    """
    report = repository.find_report(reference)
    if report is None or domain.needs_whole_history(report=report, rules=rules.current()):
        return False
    return repository.page_history(report)
