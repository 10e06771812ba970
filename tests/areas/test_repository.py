from dataclasses import replace
from datetime import date

import pytest

from portal.areas import domain, repository
from portal.config import Config
from portal.errors import Conflict, NotFound
from tests.areas import build


def test_a_place_comes_back_as_it_was_stored(storage: Config) -> None:
    place = replace(
        build.PLACES[4], phone="02586000002", small_community=True, day_overrides={date(2026, 11, 21): True}
    )
    repository.add_area(area=place)
    assert repository.get_lineage(code=place.code) == [place]


def test_a_code_is_given_once(storage: Config) -> None:
    repository.add_area(area=build.PLACES[0])
    with pytest.raises(repository.CodeTaken):
        repository.add_area(area=replace(build.PLACES[0], name="别的区"))
    assert repository.get_lineage(code="320105")[0].name == "建邺区"


def test_the_way_down_to_a_place_is_one_read_in_order(storage: Config) -> None:
    for place in build.PLACES:
        repository.add_area(area=place)
    found = repository.get_lineage(code=f"{build.GRID}02")
    assert [place.code for place in found] == [
        "320105", "320105902", build.COMMUNITY, build.GRID, f"{build.GRID}02",
    ]  # fmt: skip


def test_an_unknown_place_is_not_found_even_when_what_holds_it_is(storage: Config) -> None:
    repository.add_area(area=build.PLACES[0])
    with pytest.raises(NotFound):
        repository.get_lineage(code="320105999")


def test_places_and_departments_of_a_place_do_not_mix(storage: Config) -> None:
    for place in build.PLACES[:2]:
        repository.add_area(area=place)
    department = domain.Department(area="320105", code="MUN", name="市政", phone="12319", is_sample=True)
    repository.add_department(department=department)
    assert repository.list_areas(parent="320105") == [build.PLACES[1]]
    assert repository.list_areas(parent="") == [build.PLACES[0]]
    assert repository.list_departments(area="320105") == [department]


def test_days_are_saved_only_on_a_place_that_is_there(storage: Config) -> None:
    place = replace(build.PLACES[0], day_overrides={date(2026, 11, 21): True})
    with pytest.raises(Conflict):
        repository.save_days(area=place)
