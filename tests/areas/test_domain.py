import dataclasses
import time
from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.areas import domain, rules
from portal.period import SHANGHAI, Month

MOMENTS = st.datetimes(datetime.fromisoformat("2004-01-01"), datetime.fromisoformat("2035-12-01")).map(
    lambda each: each.replace(tzinfo=SHANGHAI)
)
MINUTES = st.integers(1, 20_000)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def due(start: str, limit: str, calendar: domain.Calendar = rules.DEFAULT) -> str:
    ends = domain.add_limit(calendar=calendar, start=local(start), limit=limit)
    assert ends.tzinfo is UTC
    return f"{ends.astimezone(SHANGHAI):%a %Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2026-11-20T16:30", "4wh", "Mon 2026-11-23 11:00"),
        ("2026-11-20T16:30", "1wd", "Mon 2026-11-23 18:00"),
        ("2026-11-21T10:00", "2wh", "Mon 2026-11-23 10:30"),
        ("2026-11-20T16:30", "3eh", "Fri 2026-11-20 19:30"),
        ("2026-09-30T16:30", "4wh", "Thu 2026-10-08 11:00"),
        ("2026-10-09T16:30", "4wh", "Sat 2026-10-10 11:00"),
        ("2026-11-20T10:00", "2wh", "Fri 2026-11-20 12:00"),
        ("2026-11-20T12:30", "0.25wh", "Fri 2026-11-20 13:45"),
        ("2026-11-20T08:30", "8wh", "Fri 2026-11-20 18:00"),
        ("2026-11-20T18:00", "8wh", "Mon 2026-11-23 18:00"),
        ("2026-11-20T03:00", "1wh", "Fri 2026-11-20 09:30"),
        ("2026-11-20T03:00", "5wd", "Fri 2026-11-27 18:00"),
        ("2026-12-31T17:00", "2wh", "Fri 2027-01-01 09:30"),
    ],
)
def test_a_limit_ends_when_the_rules_say(start: str, limit: str, expected: str) -> None:
    assert due(start, limit) == expected


@pytest.mark.parametrize(
    "limit", ["", "4", "wh", "0wh", "-1wd", "1.5wd", "4WH", "4 wh", "99999wh", "٤wh", "4wh\n", "nan"]
)
def test_an_unreadable_limit_is_refused(limit: str) -> None:
    with pytest.raises(domain.BadLimit):
        domain.add_limit(calendar=rules.DEFAULT, start=local("2026-11-20T16:30"), limit=limit)


def test_a_published_year_is_certain_and_the_next_is_provisional() -> None:
    assert not domain.is_provisional(calendar=rules.DEFAULT, at=local("2026-12-31T23:59"))
    assert domain.is_provisional(calendar=rules.DEFAULT, at=local("2027-01-01T00:00"))


def test_the_calendar_agrees_with_the_published_one_on_every_day() -> None:
    for ordinal in range(date(2004, 1, 1).toordinal(), date(2027, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        works = domain.is_working_day(calendar=rules.DEFAULT, day=day)
        assert works is chinese_calendar.is_workday(day), day


def test_an_area_may_work_when_others_rest_and_rest_when_others_work() -> None:
    calendar = rules.calendar({date(2026, 11, 21): True, date(2026, 11, 23): False})
    assert due("2026-11-20T16:30", "4wh", calendar) == "Sat 2026-11-21 11:00"
    assert due("2026-11-21T16:30", "4wh", calendar) == "Tue 2026-11-24 11:00"
    assert due("2026-11-20T16:30", "4wh") == "Mon 2026-11-23 11:00"


def test_the_nth_working_day_of_a_month_skips_holidays() -> None:
    december, october = Month(2026, 12), Month(2026, 10)
    assert domain.working_day(calendar=rules.DEFAULT, month=december, n=1) == date(2026, 12, 1)
    assert domain.working_day(calendar=rules.DEFAULT, month=december, n=5) == date(2026, 12, 7)
    assert domain.working_day(calendar=rules.DEFAULT, month=october, n=3) == date(2026, 10, 10)
    assert domain.working_day(calendar=rules.DEFAULT, month=Month(2026, 1), n=1) == date(2026, 1, 4)


def test_a_working_day_cannot_be_counted_from_zero() -> None:
    with pytest.raises(domain.BadLimit):
        domain.add_working_days(calendar=rules.DEFAULT, start=date(2026, 11, 20), days=0)


def test_a_thousand_deadlines_take_less_than_fifty_milliseconds() -> None:
    start = local("2026-11-20T16:30")
    due("2026-11-20T16:30", "4wh")
    best = min(_seconds_for_a_thousand(start) for _ in range(5))
    assert best < 0.05


def _seconds_for_a_thousand(start: datetime) -> float:
    begun = time.process_time()
    for number in range(1000):
        domain.add_limit(calendar=rules.DEFAULT, start=start + timedelta(minutes=7 * number), limit="4wh")
    return time.process_time() - begun


@given(start=MOMENTS, minutes=MINUTES)
def test_working_minutes_between_is_the_inverse_of_adding_them(start: datetime, minutes: int) -> None:
    hours = quarter_hours(minutes)
    ends = domain.add_limit(calendar=rules.DEFAULT, start=start, limit=f"{hours}wh")
    assert domain.working_minutes_between(calendar=rules.DEFAULT, start=start, end=ends) == hours * 60
    assert domain.working_minutes_between(calendar=rules.DEFAULT, start=ends, end=start) == -hours * 60


def quarter_hours(minutes: int) -> float:
    return max(minutes // 15, 1) * 0.25


@given(start=MOMENTS, minutes=MINUTES, later=st.timedeltas(timedelta(), timedelta(days=30)))
def test_whoever_starts_later_is_not_due_earlier(start: datetime, minutes: int, later: timedelta) -> None:
    limit = f"{quarter_hours(minutes)}wh"
    first = domain.add_limit(calendar=rules.DEFAULT, start=start, limit=limit)
    second = domain.add_limit(calendar=rules.DEFAULT, start=start + later, limit=limit)
    assert start < first <= second


@given(start=MOMENTS, minutes=MINUTES)
def test_a_limit_ends_on_a_working_day_within_working_hours(start: datetime, minutes: int) -> None:
    ends = domain.add_limit(calendar=rules.DEFAULT, start=start, limit=f"{quarter_hours(minutes)}wh").astimezone(
        SHANGHAI
    )
    passed = ends.hour * 60 + ends.minute
    assert domain.is_working_day(calendar=rules.DEFAULT, day=ends.date())
    assert any(begin <= passed <= end for begin, end in rules.DEFAULT.hours)


@given(start=MOMENTS, days=st.integers(1, 400))
def test_working_days_agree_with_walking_day_by_day(start: datetime, days: int) -> None:
    day, left = start.date(), days
    while left:
        day += timedelta(days=1)
        left -= domain.is_working_day(calendar=rules.DEFAULT, day=day)
    assert domain.add_working_days(calendar=rules.DEFAULT, start=start.date(), days=days) == day


def test_a_code_says_its_level_and_what_holds_it() -> None:
    assert domain.level_of("320105") is domain.Level.DISTRICT
    assert domain.level_of("32010590290100302") is domain.Level.MICRO_GRID
    assert domain.parent_of("32010590290100302") == "320105902901003"
    assert domain.parent_of("320105") == ""
    assert domain.community_of("32010590290100302") == "320105902901"
    assert domain.lineage_of("320105902901003") == ["320105", "320105902", "320105902901", "320105902901003"]


@pytest.mark.parametrize("code", ["", "32010", "3201059029011", "abcdef", "３２０１０５", "320105 "])
def test_a_code_that_no_place_can_have_is_refused(code: str) -> None:
    with pytest.raises(domain.BadAreaCode):
        domain.Area(code=code, name="庐山社区")


def test_a_street_lies_in_no_community() -> None:
    with pytest.raises(domain.BadAreaCode):
        domain.community_of("320105902")


@pytest.mark.parametrize(
    ("kind", "households", "members"),
    [("old", 100, 1), ("old", 101, 2), ("commodity", 200, 1), ("commodity", 401, 3), ("old", 0, 0), (None, 500, 0)],
)
def test_members_are_needed_by_households_and_kind_of_estate(kind: str | None, households: int, members: int) -> None:
    area = domain.Area(
        code="32010590290100302",
        name="微网格",
        households=households,
        estate_type=domain.EstateType(kind) if kind else None,
    )
    assert domain.required_members(area=area, rules=rules.load()) == members


def test_areas_with_the_same_facts_are_the_same() -> None:
    area = domain.Area(code="320105902901", name="庐山社区", day_overrides={date(2026, 11, 21): True})
    assert area == dataclasses.replace(area)
    assert hash(area) == hash(dataclasses.replace(area))


def test_a_department_has_a_desk_of_its_own() -> None:
    assert domain.Department(area="320105", code="MUN", name="市政").key == "320105#MUN"
