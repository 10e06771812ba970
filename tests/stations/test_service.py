from dataclasses import replace
from datetime import timedelta
from unittest import mock

import pytest

from portal.areas import domain as area_domain
from portal.areas import service as areas
from portal.errors import Conflict, Invalid, NotFound
from portal.stations import domain, repository, service
from portal.workflow import Actor, Role
from tests import meter
from tests.stations import build

POSTER, STICKER = domain.Series.POSTER, domain.Series.STICKER


pytestmark = pytest.mark.usefixtures("community")


def issue(station: domain.Station, series: domain.Series = POSTER, actor: Actor = build.ADMIN) -> domain.Placard:
    return service.issue_placard(
        actor=actor, community=station.community, station_id=station.id, series=series, now=build.NOW
    )


def swap(station: domain.Station, code: str, actor: Actor = build.ADMIN) -> domain.Placard:
    return service.replace_placard(
        actor=actor, community=station.community, station_id=station.id, code=code, now=build.NOW + timedelta(days=1)
    )


def revoke(station: domain.Station, code: str, actor: Actor = build.ADMIN) -> None:
    service.revoke_placard(
        actor=actor, community=station.community, station_id=station.id, code=code, now=build.NOW + timedelta(days=1)
    )


def seen(station: domain.Station, actor: Actor = build.ADMIN) -> domain.Station:
    return service.get_station(actor=actor, community=station.community, station_id=station.id)


def test_a_station_comes_back_as_it_was_told(station: domain.Station) -> None:
    assert seen(station) == station
    assert station.facts == build.draft()
    assert domain.community_of(station.id) == build.COMMUNITY


def test_a_placard_opens_with_all_that_the_form_shows(station: domain.Station) -> None:
    placard = issue(station)
    found = service.find_placard(code=placard.code.lower())
    assert found == placard
    assert (placard.station_name, placard.place, placard.area) == ("宁小蜂驿站", "庐山路12号", build.GRID)
    assert (placard.community_name, placard.community_phone) == ("庐山社区", "02586000001")
    assert seen(station).codes == (placard.code,)


def test_finding_a_placard_is_one_read_and_then_none(station: domain.Station) -> None:
    placard = issue(station)
    with meter.measure() as first:
        service.find_placard(code=placard.code)
    with meter.measure() as second:
        service.find_placard(code=placard.code)
    assert (first.round_trips, first.read_units, second.round_trips) == (1, 0.5, 0)


@pytest.mark.parametrize("code", ["K7M2Q4", "", "o0o0o0", "../../etc/passwd", "😀" * 6, "K" * 10_000])
def test_a_code_that_nobody_issued_is_none(code: str) -> None:
    assert service.find_placard(code=code) is None


def test_a_code_that_can_be_none_costs_no_read() -> None:
    with meter.measure() as measured:
        service.find_placard(code="not a code")
    assert measured.round_trips == 0


def test_each_series_has_a_code_of_its_own(station: domain.Station) -> None:
    poster, sticker = issue(station), issue(station, STICKER)
    assert poster.code != sticker.code
    revoke(station, poster.code)
    assert {(each.series, each.is_active) for each in _placards(station)} == {(STICKER, True), (POSTER, False)}


def _placards(station: domain.Station) -> list[domain.Placard]:
    return service.list_placards(actor=build.ADMIN, community=station.community, station_id=station.id)


def test_a_second_tap_on_issue_makes_no_second_code(station: domain.Station) -> None:
    issue(station)
    with pytest.raises(domain.SeriesInUse):
        issue(station)
    assert len(_placards(station)) == 1


def test_two_who_issue_at_the_same_moment_make_one_code(station: domain.Station) -> None:
    stale = repository.get_station(community=station.community, station_id=station.id)
    issue(station)
    with mock.patch.object(repository, "get_station", return_value=stale), pytest.raises(Conflict):
        issue(station)
    assert len(_placards(station)) == 1


def test_replacing_makes_a_new_code_and_revokes_the_old_one(station: domain.Station) -> None:
    old = issue(station)
    new = swap(station, old.code)
    gone = service.find_placard(code=old.code)
    assert gone is not None
    assert (gone.is_active, gone.replaced_by, gone.revoked_at) == (False, new.code, build.NOW + timedelta(days=1))
    assert gone.community_phone == "02586000001"
    assert (new.series, new.is_active) == (POSTER, True)
    assert seen(station).codes == (old.code, new.code)


def test_replacing_is_one_transaction(station: domain.Station) -> None:
    old = issue(station)
    with meter.measure() as measured:
        swap(station, old.code)
    assert [call.operation for call in measured.calls if call.write_units] == ["TransactWriteItems"]


def test_a_placard_revoked_meanwhile_is_not_replaced(station: domain.Station) -> None:
    old = issue(station)
    stale = service.get_placard(actor=build.ADMIN, community=station.community, station_id=station.id, code=old.code)
    revoke(station, old.code)
    with mock.patch.object(service, "get_placard", return_value=stale), pytest.raises(domain.AlreadyRevoked):
        swap(station, old.code)
    assert len(_placards(station)) == 1


def test_a_code_is_revoked_once_and_seen_at_once(station: domain.Station) -> None:
    placard = issue(station)
    service.find_placard(code=placard.code)
    revoke(station, placard.code)
    found = service.find_placard(code=placard.code)
    assert found is not None
    assert not found.is_active
    with pytest.raises(domain.AlreadyRevoked):
        revoke(station, placard.code)
    with pytest.raises(domain.AlreadyRevoked):
        swap(station, placard.code)


def test_a_series_may_be_issued_again_after_it_was_revoked(station: domain.Station) -> None:
    first = issue(station)
    revoke(station, first.code)
    assert issue(station).code != first.code


def test_another_stations_code_is_not_found(station: domain.Station) -> None:
    other = service.add_station(actor=build.ADMIN, draft=build.draft(name="第二驿站"))
    placard = issue(other)
    with pytest.raises(NotFound):
        revoke(station, placard.code)
    found = service.find_placard(code=placard.code)
    assert found is not None
    assert found.is_active


@pytest.mark.parametrize("actor", [build.NEIGHBOUR, replace(build.ADMIN, scope="")])
def test_staff_of_elsewhere_find_nothing(station: domain.Station, actor: Actor) -> None:
    placard = issue(station)
    for attempt in (
        lambda: seen(station, actor),
        lambda: issue(station, STICKER, actor),
        lambda: revoke(station, placard.code, actor),
        lambda: swap(station, placard.code, actor),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert service.list_stations_for(actor=actor, community=build.COMMUNITY) == []
    assert [each.is_active for each in _placards(station)] == [True]


def test_who_may_only_look_changes_nothing(station: domain.Station) -> None:
    placard = issue(station)
    assert seen(station, build.AUDITOR).codes == (placard.code,)
    for attempt in (
        lambda: service.add_station(actor=build.AUDITOR, draft=build.draft()),
        lambda: issue(station, STICKER, build.AUDITOR),
        lambda: revoke(station, placard.code, build.AUDITOR),
        lambda: swap(station, placard.code, build.AUDITOR),
        lambda: save(station, build.draft(name="改名"), actor=build.AUDITOR),
    ):
        with pytest.raises(service.NotYours):
            attempt()
    assert len(service.list_stations(community=build.COMMUNITY)) == 1


def save(station: domain.Station, draft: domain.StationDraft, actor: Actor = build.ADMIN) -> domain.Station:
    return service.save_station(
        actor=actor, community=station.community, station_id=station.id, draft=draft, version=station.version
    )


def test_a_station_keeper_may_change_a_station(station: domain.Station) -> None:
    save(station, build.draft(status=domain.StationStatus.FULL), actor=build.KEEPER)
    assert seen(station).facts.status is domain.StationStatus.FULL


def test_a_grid_worker_sees_the_stations_of_the_grid_alone(station: domain.Station) -> None:
    areas.add_area(area=area_domain.Area(code=f"{build.COMMUNITY}004", name="第四网格"))
    elsewhere = service.add_station(actor=build.ADMIN, draft=build.draft(name="四号驿站", area=f"{build.COMMUNITY}004"))
    worker = Actor(id="w", roles=frozenset({Role.GRID_WORKER}), scope=build.GRID)
    assert service.list_stations_for(actor=worker, community=build.COMMUNITY) == [station]
    with pytest.raises(NotFound):
        seen(elsewhere, worker)


@pytest.mark.parametrize("area", ["320105999999001", build.COMMUNITY, f"{build.GRID}01", "", "x" * 10_000])
def test_a_station_stands_in_a_known_grid_of_ones_scope(area: str) -> None:
    with pytest.raises(Invalid) as caught:
        service.add_station(actor=build.ADMIN, draft=build.draft(area=area))
    assert list(caught.value.fields) == ["area"]
    assert service.list_stations(community=build.COMMUNITY) == []


def test_new_facts_reach_the_placards_in_use(station: domain.Station) -> None:
    old, sticker = issue(station), issue(station, STICKER)
    swap(station, old.code)
    now = seen(station)
    save(now, build.draft(name="庐山驿站", place="庐山路20号"))
    assert {each.station_name for each in _placards(station) if each.is_active} == {"庐山驿站"}
    found = service.find_placard(code=sticker.code)
    assert found is not None
    assert (found.place, found.is_active) == ("庐山路20号", True)
    assert seen(station).codes == now.codes


def test_a_stale_page_does_not_overwrite_newer_facts(station: domain.Station) -> None:
    save(station, build.draft(name="先改的"))
    with pytest.raises(Conflict):
        save(station, build.draft(name="后改的"))
    assert seen(station).name == "先改的"


def test_a_station_does_not_move_to_another_community(station: domain.Station) -> None:
    areas.add_area(area=area_domain.Area(code="320105902902", name="邻居社区"))
    areas.add_area(area=area_domain.Area(code="320105902902001", name="邻居网格"))
    wide = replace(build.ADMIN, scope="320105")
    with pytest.raises(Invalid):
        save(station, build.draft(area="320105902902001"), actor=wide)
