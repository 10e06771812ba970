"""Working time: which days and hours an area works, and when a limit ends."""

import calendar as months
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from portal.errors import N_, Invalid
from portal.period import SHANGHAI, Month

_MINUTE = timedelta(minutes=1)
_LIMIT = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,2})?)(wh|wd|eh)")


class BadLimit(Invalid):
    """A time limit that cannot be read: `4wh` working hours, `2wd` working days, `3eh` plain hours."""

    says = N_("时限应写成4wh（工作小时）、2wd（工作日）或3eh（小时）。")


@dataclass(frozen=True, slots=True)
class Year:
    """The working days of a year as ordinals, ascending. `is_known` is False until the State Council publishes it."""

    days: tuple[int, ...]
    is_known: bool


def weekdays_of(year: int) -> Year:
    """Return Monday to Friday of a year that is not published yet."""
    first = date(year, 1, 1).toordinal()
    every = range(first, first + 365 + months.isleap(year))
    return Year(tuple(day for day in every if date.fromordinal(day).isoweekday() <= 5), is_known=False)


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Working time of an area: hours of the day in minutes, published years, and days that differ there.

    `published` gives a year's working days; it is asked once a year of the calendar, and only when needed.
    """

    hours: tuple[tuple[int, int], ...]
    published: Callable[[int], Year] = weekdays_of
    overrides: Mapping[date, bool] = field(default_factory=dict, hash=False)
    _years: dict[int, Year] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def day_length(self) -> timedelta:
        """How much working time a day has."""
        return sum((end - start for start, end in self.hours), 0) * _MINUTE

    def year(self, number: int) -> Year:
        """Return the working days of a year, this area's own days included."""
        if number not in self._years:
            self._years[number] = self._indexed(number)
        return self._years[number]

    def _indexed(self, number: int) -> Year:
        year = self.published(number)
        mine = {day.toordinal(): works for day, works in self.overrides.items() if day.year == number}
        days = {day for day in year.days if mine.get(day, True)} | {day for day, works in mine.items() if works}
        return Year(tuple(sorted(days)), year.is_known)


def is_provisional(*, calendar: Calendar, at: datetime) -> bool:
    """Tell whether a moment lies in a year whose holidays are not published yet, so that it must be shown as 暂定."""
    return not calendar.year(at.astimezone(SHANGHAI).year).is_known


def is_working_day(*, calendar: Calendar, day: date) -> bool:
    """Tell whether the area works on a day."""
    days = calendar.year(day.year).days
    place = bisect_left(days, day.toordinal())
    return place < len(days) and days[place] == day.toordinal()


def add_working_days(*, calendar: Calendar, start: date, days: int) -> date:
    """Return the so-many-th working day after a day, whether or not that day is one. `days` is at least 1."""
    if days < 1:
        raise BadLimit
    return _day_at(calendar, start.year, bisect_right(calendar.year(start.year).days, start.toordinal()) + days - 1)


def working_day(*, calendar: Calendar, month: Month, n: int) -> date:
    """Return the n-th working day of a month, counting from 1."""
    return add_working_days(calendar=calendar, start=month.first_on - timedelta(days=1), days=n)


def end_of_work(*, calendar: Calendar, day: date) -> datetime:
    """Return when work ends on a day, in UTC."""
    return _instant(day, calendar.hours[-1][1] * _MINUTE)


def add_limit(*, calendar: Calendar, start: datetime, limit: str) -> datetime:
    """Return when a limit that starts at a moment ends, in UTC (domain.md d0). Raises BadLimit.

    `4wh` adds working time from the moment or the next working one; `2wd` ends with the work of the second working
    day after the start's day; `3eh` is plain hours.
    """
    amount, unit = parse_limit(limit)
    if unit == "eh":
        return start.astimezone(UTC) + timedelta(hours=amount)
    local = start.astimezone(SHANGHAI)
    if unit == "wd":
        return end_of_work(
            calendar=calendar, day=add_working_days(calendar=calendar, start=local.date(), days=int(amount))
        )
    return _add_working_time(calendar, local, timedelta(hours=amount))


def working_minutes_between(*, calendar: Calendar, start: datetime, end: datetime) -> int:
    """Return the whole working minutes from one moment to another; negative when the end comes first."""
    if end < start:
        return -working_minutes_between(calendar=calendar, start=end, end=start)
    first, last = start.astimezone(SHANGHAI), end.astimezone(SHANGHAI)
    whole_days = _days_before(calendar, first.year, last.date()) - _days_before(calendar, first.year, first.date())
    return (whole_days * calendar.day_length + _worked(calendar, last) - _worked(calendar, first)) // _MINUTE


@lru_cache(maxsize=256)
def parse_limit(text: str) -> tuple[float, str]:
    """Return amount and unit of a limit such as `4wh`; days are whole. Raises BadLimit."""
    found = _LIMIT.fullmatch(text)
    amount = float(found[1]) if found else 0.0
    if not found or amount == 0 or (found[2] == "wd" and not amount.is_integer()):
        raise BadLimit
    return amount, found[2]


def _add_working_time(calendar: Calendar, local: datetime, duration: timedelta) -> datetime:
    days, rest = divmod(_worked(calendar, local) + duration, calendar.day_length)
    if not rest:  # a limit that fills a day ends with that day's work, not with the next morning
        days, rest = days - 1, calendar.day_length
    place = bisect_left(calendar.year(local.year).days, local.date().toordinal())
    day = _day_at(calendar, local.year, place + days)
    for start, end in calendar.hours:
        if rest <= (end - start) * _MINUTE:
            return _instant(day, start * _MINUTE + rest)
        rest -= (end - start) * _MINUTE
    return end_of_work(calendar=calendar, day=day)


def _worked(calendar: Calendar, local: datetime) -> timedelta:
    """Return the working time of a local moment's day that has passed by then; none on a day off."""
    if not is_working_day(calendar=calendar, day=local.date()):
        return timedelta()
    passed = local.replace(tzinfo=None) - datetime.combine(local, time())
    spans = ((start * _MINUTE, end * _MINUTE) for start, end in calendar.hours)
    return sum((min(max(passed - start, timedelta()), end - start) for start, end in spans), timedelta())


def _days_before(calendar: Calendar, year: int, day: date) -> int:
    """Count the working days from the beginning of a year up to a day, that day not included."""
    earlier = sum(len(calendar.year(number).days) for number in range(year, day.year))
    return earlier + bisect_left(calendar.year(day.year).days, day.toordinal())


def _day_at(calendar: Calendar, year: int, place: int) -> date:
    """Return the working day at a place counted from the beginning of a year, running on into the next years."""
    while place >= len(calendar.year(year).days):
        place -= len(calendar.year(year).days)
        year += 1
    return date.fromordinal(calendar.year(year).days[place])


def _instant(day: date, passed: timedelta) -> datetime:
    return (datetime.combine(day, time()) + passed).replace(tzinfo=SHANGHAI).astimezone(UTC)
