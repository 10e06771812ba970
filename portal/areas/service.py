"""What other features ask about places: who holds whom, who serves it, and when a limit ends there."""

import time
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from portal.areas import domain, repository, rules
from portal.errors import NotFound

_REMEMBERED_SECONDS = 300
"""Places change a few times a year; another process sees a change after five minutes at most."""


def get_area(*, code: str) -> domain.Area:
    """Return a place. Raises NotFound, also for a code that no place can have."""
    return _lineage(code)[-1]


def get_community(*, code: str) -> domain.Area:
    """Return the community that a community, grid or micro-grid lies in. Raises NotFound."""
    return get_area(code=domain.community_of(code))


def list_areas(*, parent: str) -> list[domain.Area]:
    """Return the places one step below a place (the districts when it is empty), by code."""
    return repository.list_areas(parent=parent)


def list_communities(*, scope: str) -> list[domain.Area]:
    """Return the communities within a place, or the one it lies in, by code. Raises NotFound."""
    level = get_area(code=scope).level
    if level is domain.Level.DISTRICT:
        return [each for street in list_areas(parent=scope) for each in list_areas(parent=street.code)]
    return list_areas(parent=scope) if level is domain.Level.STREET else [get_community(code=scope)]


def add_area(*, area: domain.Area) -> domain.Area:
    """Add a place under one that exists. Raises NotFound (its parent), CodeTaken."""
    if area.parent:
        get_area(code=area.parent)
    repository.add_area(area=area)
    forget()
    return area


def list_departments(*, area: str) -> list[domain.Department]:
    """Return the departments of a place, by code."""
    return repository.list_departments(area=area)


def add_department(*, department: domain.Department) -> domain.Department:
    """Add a department to a place. Raises NotFound (the place), CodeTaken."""
    get_area(code=department.area)
    repository.add_department(department=department)
    return department


def required_members(*, area: domain.Area) -> int:
    """Return how many micro-grid members a place needs by its households and kind of estate (NJ-06)."""
    return domain.required_members(area=area, rules=rules.load())


def calendar_for(*, area: str) -> domain.Calendar:
    """Return a place's working calendar: the published one with its own days and those of all that hold it.

    A code of no stored place has the published calendar.
    """
    return _calendar(area, _window())


def set_working_day(*, area: str, day: date, works: bool) -> domain.Area:
    """Say that a place, with all within it, works on a day or does not. Raises NotFound."""
    place = repository.get_lineage(code=area)[-1]
    place = replace(place, day_overrides={**place.day_overrides, day: works})
    repository.save_days(area=place)
    forget()
    return place


def due_at(*, area: str, start: datetime, limit: str) -> datetime:
    """Return when a limit such as `4wh` that starts now in a place ends, in UTC. Raises BadLimit."""
    return domain.add_limit(calendar=calendar_for(area=area), start=start, limit=limit)


def forget() -> None:
    """Drop what this process remembers of places."""
    _remembered.cache_clear()
    _calendar.cache_clear()


def _lineage(code: str) -> tuple[domain.Area, ...]:
    return _remembered(code, _window())


def _window() -> int:
    return int(time.monotonic() // _REMEMBERED_SECONDS)


@lru_cache(maxsize=4096)
def _remembered(code: str, _window: int) -> tuple[domain.Area, ...]:
    try:
        return tuple(repository.get_lineage(code=code))
    except domain.BadAreaCode:
        raise NotFound from None


@lru_cache(maxsize=4096)
def _calendar(code: str, window: int) -> domain.Calendar:
    try:
        places = _remembered(code, window)
    except NotFound:
        return rules.DEFAULT
    days = {day: works for place in places for day, works in place.day_overrides.items()}
    return rules.calendar(days) if days else rules.DEFAULT
