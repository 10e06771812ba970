from datetime import date, datetime

import pytest

from portal.areas import domain, repository, service
from portal.config import Config
from portal.errors import NotFound
from portal.period import SHANGHAI
from tests import meter
from tests.areas import build

FRIDAY = datetime(2026, 11, 20, 16, 30, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _places(storage: Config) -> None:
    build.places()


def test_a_place_knows_its_community() -> None:
    assert service.get_area(code=build.GRID).name == "第三网格"
    assert service.get_community(code=f"{build.GRID}01").phone == "02586000001"


@pytest.mark.parametrize("code", ["320105999", "", "../etc", "3" * 10_000, "😀", "320105902901003;"])
def test_an_unknown_or_impossible_code_is_not_found(code: str) -> None:
    with pytest.raises(NotFound):
        service.get_area(code=code)


def test_a_place_needs_one_that_holds_it() -> None:
    with pytest.raises(NotFound):
        service.add_area(area=domain.Area(code="320106901", name="孤街"))
    assert service.list_areas(parent="320106") == []


def test_a_department_needs_its_place() -> None:
    with pytest.raises(NotFound):
        service.add_department(department=domain.Department(area="320106", code="MUN", name="市政"))
    service.add_department(department=domain.Department(area="320105", code="MUN", name="市政"))
    assert [each.key for each in service.list_departments(area="320105")] == ["320105#MUN"]


def test_a_department_code_is_given_once() -> None:
    service.add_department(department=domain.Department(area="320105", code="MUN", name="市政"))
    with pytest.raises(repository.CodeTaken):
        service.add_department(department=domain.Department(area="320105", code="MUN", name="市容"))


def test_a_place_is_read_once_and_then_remembered() -> None:
    with meter.measure() as first:
        service.get_area(code=build.GRID)
    with meter.measure() as second:
        service.get_area(code=build.GRID)
        service.get_area(code=build.GRID)
    assert (first.round_trips, second.round_trips) == (1, 0)


def test_a_new_place_is_seen_at_once() -> None:
    with pytest.raises(NotFound):
        service.get_area(code=f"{build.GRID}03")
    service.add_area(area=domain.Area(code=f"{build.GRID}03", name="7栋"))
    assert service.get_area(code=f"{build.GRID}03").name == "7栋"


def test_a_limit_follows_the_days_of_every_place_above() -> None:
    service.set_working_day(area="320105", day=date(2026, 11, 21), works=True)
    service.set_working_day(area=build.COMMUNITY, day=date(2026, 11, 23), works=False)
    saturday = datetime(2026, 11, 21, 11, 0, tzinfo=SHANGHAI)
    assert service.due_at(area=build.GRID, start=FRIDAY, limit="4wh") == saturday
    assert service.due_at(area=build.GRID, start=saturday, limit="1wd") == datetime(2026, 11, 24, 18, tzinfo=SHANGHAI)


def test_a_place_may_differ_from_what_holds_it() -> None:
    service.set_working_day(area="320105", day=date(2026, 11, 21), works=True)
    service.set_working_day(area=build.COMMUNITY, day=date(2026, 11, 21), works=False)
    assert service.due_at(area=build.GRID, start=FRIDAY, limit="4wh") == datetime(2026, 11, 23, 11, tzinfo=SHANGHAI)


def test_a_limit_in_no_known_place_follows_the_published_calendar() -> None:
    monday = datetime(2026, 11, 23, 11, tzinfo=SHANGHAI)
    assert service.due_at(area="999999", start=FRIDAY, limit="4wh") == monday
    assert service.due_at(area="", start=FRIDAY, limit="4wh") == monday


def test_an_unknown_place_has_no_days_of_its_own() -> None:
    with pytest.raises(NotFound):
        service.set_working_day(area="320106", day=date(2026, 11, 21), works=True)


def test_members_needed_follow_the_kind_of_estate() -> None:
    old, commodity = service.list_areas(parent=build.GRID)
    assert (service.required_members(area=old), service.required_members(area=commodity)) == (1, 2)


@pytest.mark.parametrize("scope", ["320105", "320105902", build.COMMUNITY, build.GRID, f"{build.GRID}01"])
def test_every_scope_names_its_communities(scope: str) -> None:
    assert [place.name for place in service.list_communities(scope=scope)] == ["庐山社区"]
