"""The default numbers of areas, and the holidays the State Council has published."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from portal.areas import domain


@cache
def load() -> domain.Rules:
    """Return the rules that ship with the portal."""
    data = tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))
    low, high = data["micro_grid_households"]
    return domain.Rules(
        version=data["version"],
        hours=tuple((start, end) for start, end in data["hours"]),
        households_per_member={domain.EstateType(kind): n for kind, n in data["households_per_member"].items()},
        micro_grid_households=(low, high),
    )


@cache
def published_year(year: int) -> domain.Year:
    """Return the working days of a year, make-up days included; Monday to Friday while it is not published."""
    import chinese_calendar  # noqa: PLC0415 - a quarter of a megabyte of tables that most requests do not need

    first, last = min(chinese_calendar.holidays).year, max(chinese_calendar.holidays).year
    weekdays = domain.weekdays_of(year)
    if not first <= year <= last:
        return weekdays
    off = {day.toordinal() for day in chinese_calendar.holidays}
    made_up = {day.toordinal() for day in chinese_calendar.workdays if day.year == year}
    return domain.Year(tuple(sorted(set(weekdays.days) - off | made_up)), is_known=True)


def calendar(overrides: Mapping[date, bool]) -> domain.Calendar:
    """Return the default working calendar with an area's own days."""
    return domain.Calendar(hours=load().hours, published=published_year, overrides=overrides)


DEFAULT = calendar({})
"""The working calendar of a place that has no days of its own."""
