from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.stations import domain, service
from tests.stations import build

Form = dict[str, Any]
ClientFor = Callable[..., FlaskClient]
URL = "/staff/stations"
FACTS = build.FACTS


pytestmark = pytest.mark.usefixtures("community")


def stations() -> list[domain.Station]:
    return service.list_stations(community=build.COMMUNITY)


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


STALE: list[Form] = [{"version": ""}, {"version": "x"}, {"version": "-1"}]


@pytest.mark.parametrize("bad", [BAD[2], BAD[3], BAD[10], *STALE], ids=range(6))
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
