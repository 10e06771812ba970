from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.areas import domain as area_domain
from portal.areas import service as areas
from portal.stations import domain, service
from portal.workflow import Actor, Role
from tests.areas import build as places
from tests.stations import build
from tests.stations.test_pdf import read_codes

Form = dict[str, Any]
ClientFor = Callable[..., FlaskClient]
URL = "/staff/stations"
FACTS: Form = {
    "name": "宁小蜂驿站",
    "area": build.GRID,
    "place": "庐山路12号",
    "opens": "08:00",
    "closes": "20:00",
    "status": "open",
    "facilities": ["water", "microwave"],
    "groups": ["couriers"],
}


@pytest.fixture(autouse=True)
def _places(storage: object) -> None:
    places.places()
    service.forget()


@pytest.fixture
def admin(client_for: ClientFor) -> FlaskClient:
    return client_for("staff", build.ADMIN)


@pytest.fixture
def station() -> domain.Station:
    return service.add_station(actor=build.ADMIN, draft=build.draft())


@pytest.fixture
def placard(station: domain.Station) -> domain.Placard:
    return service.issue_placard(
        actor=build.ADMIN,
        community=station.community,
        station_id=station.id,
        series=domain.Series.POSTER,
        now=build.NOW,
    )


def stations() -> list[domain.Station]:
    return service.list_stations(community=build.COMMUNITY)


def codes(station: domain.Station) -> list[domain.Placard]:
    return service.list_placards(actor=build.ADMIN, community=station.community, station_id=station.id)


def test_an_empty_list_offers_the_first_station(admin: FlaskClient) -> None:
    page = admin.get(URL)
    assert page.status_code == 200
    assert "新建第一个站点" in page.text


def test_who_may_only_look_is_told_who_can_add(client_for: ClientFor) -> None:
    page = client_for("staff", build.AUDITOR).get(URL)
    assert "社区管理员或站点管理员可以新建站点" in page.text
    assert "新建第一个站点" not in page.text


def test_a_station_is_opened_and_stands_in_the_list(admin: FlaskClient) -> None:
    answer = admin.post(f"{URL}/new", data=FACTS)
    (station,) = stations()
    assert (answer.status_code, answer.location) == (303, f"{URL}/{station.id}")
    assert station.facts == build.draft()
    assert "宁小蜂驿站" in admin.get(URL).text
    page = admin.get(answer.location).text
    assert "饮水机" in page
    assert "第三网格" in page


def test_a_station_that_never_closes_needs_no_hours(admin: FlaskClient) -> None:
    admin.post(f"{URL}/new", data={**FACTS, "opens": "", "closes": "", "always_open": "1"})
    assert "24小时开放" in admin.get(f"{URL}/{stations()[0].id}").text


def test_the_form_to_add_a_station_names_the_grids_of_the_community(admin: FlaskClient) -> None:
    page = admin.get(f"{URL}/new")
    assert page.status_code == 200
    assert f'<option value="{build.GRID}">第三网格</option>' in page.text


LONG = "长" * 10_000
BAD: list[Form] = [
    {"name": ""},
    {"name": "驿"},
    {"name": LONG},
    {"name": "驿站😀"},
    {"name": "<script>alert(1)</script>"},
    {"name": "محطة الخدمة"},
    {"name": "=HYPERLINK(1)"},
    {"name": ["一号驿站", "二号驿站"]},
    {"area": ""},
    {"area": build.COMMUNITY},
    {"area": "320105902902001"},
    {"area": "../../etc"},
    {"place": ""},
    {"place": LONG},
    {"place": "庐山路💥"},
    {"phone": "拨打我"},
    {"phone": "1" * 10_000},
    {"opens": "", "closes": ""},
    {"opens": "25:00"},
    {"opens": "٠٨:٣٠"},
    {"opens": "20:00", "closes": "08:00"},
    {"status": "flooded"},
    {"status": ""},
    {"facilities": ["gold"]},
    {"facilities": ["water", "water"]},
    {"groups": [LONG]},
    {"always_open": "yesyesyes"},
]


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_bad_facts_are_refused_in_words_and_nothing_is_stored(admin: FlaskClient, bad: Form) -> None:
    answer = admin.post(f"{URL}/new", data={**FACTS, **bad})
    assert answer.status_code == 422
    assert "还差一点，请改一下" in answer.text
    assert "庐山路12号" in answer.text or "place" in bad
    assert "<script>alert" not in answer.text
    assert stations() == []


def test_broken_text_is_refused(admin: FlaskClient) -> None:
    body = urlencode({**FACTS, "name": "NAME"}, doseq=True).replace("NAME", "%FF%FE%FD")
    answer = admin.post(f"{URL}/new", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 422
    assert "有些字没能读出来" in answer.text
    assert stations() == []


@pytest.mark.parametrize("body", ["[]", "null", '{"name": 1}'])
def test_a_body_that_is_no_form_is_refused(admin: FlaskClient, body: str) -> None:
    assert admin.post(f"{URL}/new", data=body, content_type="application/json").status_code == 422
    assert stations() == []


def test_a_body_of_five_megabytes_is_refused(admin: FlaskClient) -> None:
    assert admin.post(f"{URL}/new", data={**FACTS, "name": "长" * 1_700_000}).status_code == 413
    assert stations() == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(sorted(FACTS)), st.text(max_size=50)))
def test_no_text_makes_the_form_fail(admin: FlaskClient, typed: Form) -> None:
    assert admin.post(f"{URL}/new", data={**FACTS, **typed}).status_code in {303, 422}


def test_a_form_without_the_browsers_token_stores_nothing(client_for: ClientFor) -> None:
    answer = client_for("staff", build.ADMIN, csrf=True).post(f"{URL}/new", data=FACTS)
    assert answer.status_code == 400
    assert stations() == []


def test_facts_are_changed(admin: FlaskClient, station: domain.Station) -> None:
    page = admin.get(f"{URL}/{station.id}/edit").text
    assert 'value="庐山路12号"' in page
    assert 'value="water" checked' in page
    changed = {**FACTS, "name": "庐山驿站", "status": "full", "version": "1"}
    assert admin.post(f"{URL}/{station.id}/edit", data=changed).status_code == 303
    assert "已满" in admin.get(f"{URL}/{station.id}").text


@pytest.mark.parametrize("bad", [*BAD, {"version": ""}, {"version": "x"}, {"version": "-1"}], ids=range(len(BAD) + 3))
def test_bad_changes_are_refused(admin: FlaskClient, station: domain.Station, bad: Form) -> None:
    answer = admin.post(f"{URL}/{station.id}/edit", data={**FACTS, "version": "1", **bad})
    assert answer.status_code == 422
    assert stations() == [station]


def test_a_stale_page_keeps_what_was_typed_and_shows_what_is_there(admin: FlaskClient, station: domain.Station) -> None:
    admin.post(f"{URL}/{station.id}/edit", data={**FACTS, "name": "先改的", "version": "1"})
    answer = admin.post(f"{URL}/{station.id}/edit", data={**FACTS, "name": "后改的", "version": "1"})
    assert answer.status_code == 409
    assert 'value="后改的"' in answer.text
    assert "先改的" in answer.text
    assert 'name="version" value="2"' in answer.text
    assert stations()[0].name == "先改的"


def test_a_placard_is_issued_once_however_often_it_is_tapped(admin: FlaskClient, station: domain.Station) -> None:
    assert admin.post(f"{URL}/{station.id}/placards", data={"series": "poster"}).status_code == 303
    again = admin.post(f"{URL}/{station.id}/placards", data={"series": "poster"})
    assert again.status_code == 409
    assert "已经有一个在用的这种站牌" in again.text
    assert len(codes(station)) == 1


@pytest.mark.parametrize("series", ["", "tattoo", "😀", LONG, ["poster", "sticker"]])
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
