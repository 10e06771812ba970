from dataclasses import replace

import pytest

from portal.config import Config
from portal.errors import Conflict, NotFound
from portal.stations import domain, repository
from tests.stations import build

STATION = domain.Station(id=f"{build.COMMUNITY}-K7M2", community=build.COMMUNITY, facts=build.draft())


def test_a_station_with_few_facts_comes_back_the_same(storage: Config) -> None:
    bare = replace(STATION, facts=domain.StationDraft(name="空站", area=build.GRID, place="路边"))
    repository.add_station(station=bare)
    assert repository.get_station(community=bare.community, station_id=bare.id) == bare
    assert repository.list_stations(community=bare.community) == [bare]


def test_a_station_id_is_given_once(storage: Config) -> None:
    repository.add_station(station=STATION)
    with pytest.raises(Conflict):
        repository.add_station(station=replace(STATION, facts=build.draft(name="另一个")))
    assert repository.get_station(community=STATION.community, station_id=STATION.id) == STATION


def test_what_is_not_there_is_not_found(storage: Config) -> None:
    with pytest.raises(NotFound):
        repository.get_station(community=build.COMMUNITY, station_id="nothing")
    with pytest.raises(NotFound):
        repository.get_placard(code="K7M2Q4")
    assert repository.list_stations(community=build.COMMUNITY) == []
    assert repository.list_placards(codes=()) == []


def test_a_code_that_is_taken_is_not_given_to_a_second_placard(storage: Config) -> None:
    repository.add_station(station=STATION)
    repository.add_placard(station=STATION, placard=build.placard())
    with pytest.raises(Conflict):
        repository.add_placard(station=replace(STATION, version=2), placard=build.placard(station_name="假的"))
    assert repository.get_placard(code="K7M2Q4") == build.placard()
    assert repository.get_station(community=STATION.community, station_id=STATION.id).codes == ("K7M2Q4",)


def test_the_newest_placard_comes_first(storage: Config) -> None:
    repository.add_station(station=STATION)
    repository.add_placard(station=STATION, placard=build.placard())
    later = build.placard(code="ZZZZZZ", issued_at=build.NOW.replace(year=2027))
    repository.add_placard(station=replace(STATION, version=2), placard=later)
    assert repository.list_placards(codes=("K7M2Q4", "ZZZZZZ")) == [later, build.placard()]
