from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.areas import domain as area_domain
from portal.areas import service as areas
from portal.stations import domain, service
from portal.workflow import Actor, Role
from tests.stations import build
from tests.stations.test_pdf import read_codes

Form = dict[str, Any]
ClientFor = Callable[..., FlaskClient]
URL = "/staff/stations"
FACTS = build.FACTS


pytestmark = pytest.mark.usefixtures("community")


def stations() -> list[domain.Station]:
    return service.list_stations(community=build.COMMUNITY)


def codes(station: domain.Station) -> list[domain.Placard]:
    return service.list_placards(actor=build.ADMIN, community=station.community, station_id=station.id)


def test_a_placard_is_issued_once_however_often_it_is_tapped(admin: FlaskClient, station: domain.Station) -> None:
    assert admin.post(f"{URL}/{station.id}/placards", data={"series": "poster"}).status_code == 303
    again = admin.post(f"{URL}/{station.id}/placards", data={"series": "poster"})
    assert again.status_code == 409
    assert "已经有一个在用的这种站牌" in again.text
    assert len(codes(station)) == 1


@pytest.mark.parametrize("series", ["", "tattoo", "😀", "长" * 10_000, ["poster", "sticker"]])
def test_an_unknown_series_is_refused(admin: FlaskClient, station: domain.Station, series: object) -> None:
    assert admin.post(f"{URL}/{station.id}/placards", data={"series": series}).status_code == 422
    assert codes(station) == []


def test_the_page_shows_the_code_the_link_and_the_qr(
    admin: FlaskClient, station: domain.Station, placard: domain.Placard
) -> None:
    page = admin.get(f"{URL}/{station.id}").text
    assert f"{placard.code[:3]} {placard.code[3:]}" in page
    assert f"127.0.0.1:8000/s/{placard.code}" in page
    assert 'role="img"' in page
    assert f"{placard.code}/poster.pdf" in page


def test_replacing_shows_the_new_code_and_what_became_of_the_old(
    admin: FlaskClient, station: domain.Station, placard: domain.Placard
) -> None:
    assert admin.post(f"{URL}/{station.id}/placards/{placard.code}/replace").status_code == 303
    new = next(each for each in codes(station) if each.is_active)
    page = admin.get(f"{URL}/{station.id}").text
    assert "作废的站牌" in page
    assert f"换成 {new.code[:3]} {new.code[3:]}" in page
    assert f"/placards/{placard.code}/" not in page


def test_revoking_twice_says_so(admin: FlaskClient, station: domain.Station, placard: domain.Placard) -> None:
    assert admin.post(f"{URL}/{station.id}/placards/{placard.code}/revoke").status_code == 303
    again = admin.post(f"{URL}/{station.id}/placards/{placard.code}/revoke")
    assert again.status_code == 409
    assert "已经作废" in again.text
    assert "还没有在用的站牌" in again.text


def test_every_print_decodes_to_its_placard(
    admin: FlaskClient, station: domain.Station, placard: domain.Placard
) -> None:
    admin.post(f"{URL}/{station.id}/placards", data={"series": "sticker"})
    sticker = next(each for each in codes(station) if each.series is domain.Series.STICKER)
    for code, sheet, number in ((placard.code, "poster", 1), (sticker.code, "stickers", 12)):
        answer = admin.get(f"{URL}/{station.id}/placards/{code}/{sheet}.pdf")
        assert answer.mimetype == "application/pdf"
        assert read_codes(answer.data) == [f"HTTP://127.0.0.1:8000/S/{code}"] * number


def test_a_series_is_printed_in_its_own_form_and_only_while_in_use(
    admin: FlaskClient, station: domain.Station, placard: domain.Placard
) -> None:
    assert admin.get(f"{URL}/{station.id}/placards/{placard.code}/stickers.pdf").status_code == 404
    admin.post(f"{URL}/{station.id}/placards/{placard.code}/revoke")
    assert admin.get(f"{URL}/{station.id}/placards/{placard.code}/poster.pdf").status_code == 409


@pytest.mark.parametrize("code", ["AAAAAA", "k7m2q4", "😀", "x" * 3000, "..%2F.."])
def test_a_forged_code_is_not_found(admin: FlaskClient, station: domain.Station, code: str) -> None:
    assert admin.get(f"{URL}/{station.id}/placards/{code}/poster.pdf").status_code == 404
    assert admin.post(f"{URL}/{station.id}/placards/{code}/revoke").status_code == 404
    assert admin.post(f"{URL}/{station.id}/placards/{code}/replace").status_code == 404


@pytest.mark.parametrize(
    "forged", ["x", "320105902901-AAAA", "320105902902-K7M2", "😀", "3" * 3000, "%00", "null", "[]"]
)
def test_a_forged_station_is_not_found(admin: FlaskClient, forged: str) -> None:
    assert admin.get(f"{URL}/{forged}").status_code == 404
    assert admin.post(f"{URL}/{forged}/edit", data={**FACTS, "version": "1"}).status_code == 404
    assert admin.post(f"{URL}/{forged}/placards", data={"series": "poster"}).status_code == 404


@pytest.mark.parametrize("community", ["320105902902", "x", "😀", "3" * 3000])
def test_a_community_outside_the_scope_is_not_found(admin: FlaskClient, community: str) -> None:
    assert admin.get(URL, query_string={"community": community}).status_code == 404
    assert admin.post(f"{URL}/new?community={community}", data=FACTS).status_code == 404


def tries(client: FlaskClient, station: domain.Station, placard: domain.Placard) -> Iterator[int]:
    """Answer the status of every way to change a station."""
    yield client.get(f"{URL}/{station.id}/edit").status_code
    yield client.post(f"{URL}/{station.id}/edit", data={**FACTS, "name": "改名", "version": "2"}).status_code
    yield client.post(f"{URL}/{station.id}/placards", data={"series": "sticker"}).status_code
    yield client.post(f"{URL}/{station.id}/placards/{placard.code}/replace").status_code
    yield client.post(f"{URL}/{station.id}/placards/{placard.code}/revoke").status_code


def test_staff_of_another_community_find_nothing(
    client_for: ClientFor, station: domain.Station, placard: domain.Placard
) -> None:
    areas.add_area(area=area_domain.Area(code="320105902902", name="邻居社区"))
    client = client_for("staff", build.NEIGHBOUR)
    assert client.get(f"{URL}/{station.id}").status_code == 404
    assert client.get(f"{URL}/{station.id}/placards/{placard.code}/poster.pdf").status_code == 404
    assert "宁小蜂驿站" not in client.get(URL).text
    assert set(tries(client, station, placard)) == {404}
    assert codes(station) == [placard]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DISPATCHER, Role.GRID_WORKER, Role.HANDLER, Role.SECOND_APPROVER])
def test_other_roles_look_and_print_but_change_nothing(
    client_for: ClientFor, station: domain.Station, placard: domain.Placard, role: Role
) -> None:
    client = client_for("staff", Actor(id="x", name="同事", roles=frozenset({role}), scope=build.COMMUNITY))
    page = client.get(f"{URL}/{station.id}")
    assert page.status_code == 200
    assert "作废并换新" not in page.text
    assert client.get(f"{URL}/{station.id}/placards/{placard.code}/poster.pdf").status_code == 200
    assert client.post(f"{URL}/new", data=FACTS).status_code == 403
    assert set(tries(client, station, placard)) == {403}
    assert codes(station) == [placard]
    assert stations()[0].name == station.name


def test_a_stranger_is_asked_to_sign_in(client_for: ClientFor, station: domain.Station) -> None:
    answer = client_for("staff").get(f"{URL}/{station.id}")
    assert (answer.status_code, answer.location.startswith("/staff/sign-in")) == (303, True)


def test_a_district_colleague_chooses_the_community(client_for: ClientFor, station: domain.Station) -> None:
    areas.add_area(area=area_domain.Area(code="320105902902", name="邻居社区"))
    client = client_for("staff", build.AUDITOR)
    assert "宁小蜂驿站" in client.get(URL).text
    elsewhere = client.get(URL, query_string={"community": "320105902902"}).text
    assert "邻居社区" in elsewhere
    assert "宁小蜂驿站" not in elsewhere
