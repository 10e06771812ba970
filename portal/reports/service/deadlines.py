"""When a step is due, by the working calendar of the community."""

from datetime import datetime, timedelta
from typing import Any

from portal.areas import domain as places
from portal.areas import service as areas
from portal.period import SHANGHAI, start_of_day
from portal.reports import domain, rules


def due_at(*, community: str, due: domain.Due) -> datetime:
    """Return when a step is due, in UTC.

    Plain hours start with the next working moment: no duty roster answers at night (`domain.md` d0).
    """
    calendar = areas.calendar_for(area=community)
    ends = []
    for limit in due.limits:
        start = _working_moment(calendar, due.start) if limit.endswith("eh") else due.start
        ends.append(places.add_limit(calendar=calendar, start=start, limit=limit))
    return max(ends) if due.longest else min(ends)


def dues(*, name: str, report: domain.Report, now: datetime) -> dict[str, Any]:
    """Return the times a move sets: `due_at`, `promised_at`, and no lateness yet."""
    current = rules.current()
    due = domain.due_next(name=name, report=report, rules=current, now=now)
    end = due_at(community=report.community, due=due) if due else None
    times: dict[str, Any] = {"due_at": end, "late_at": None}
    if name == "dispatch":
        limit = current.subcategory(report.subcategory).limit
        times["promised_at"] = due_at(community=report.community, due=domain.Due(start=now, limits=(limit,)))
    elif name in {"rework", "reopen"}:
        times["promised_at"] = end
    elif name in {"sign", "start"}:
        times["due_at"] = report.promised_at
    elif name == "verify":
        times["due_at"] = report.due_at
    return times


def _working_moment(calendar: places.Calendar, start: datetime) -> datetime:
    """Return the moment itself within working hours, else when work begins again."""
    local = start.astimezone(SHANGHAI)
    midnight = start_of_day(local.date())
    if places.is_working_day(calendar=calendar, day=local.date()):
        for begin, end in calendar.hours:
            if start < midnight + timedelta(minutes=end):
                return max(start, midnight + timedelta(minutes=begin))
    day = places.add_working_days(calendar=calendar, start=local.date(), days=1)
    return start_of_day(day) + timedelta(minutes=calendar.hours[0][0])
