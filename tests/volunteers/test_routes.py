"""What a person reads when joining, signing in and looking at their own data."""

import logging
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from portal.areas import service as areas
from portal.areas.domain import Area
from portal.config import Config
from portal.notices import service as notices
from portal.stations import service as stations
from portal.stations.domain import Series, StationDraft
from portal.volunteers import service
from portal.workflow import Role
from tests.conftest import ClientFor
from tests.volunteers import builders
from tests.volunteers.builders import ADMIN, COMMUNITY, PHONE, fields


@pytest.fixture
def site(client_for: ClientFor, storage: Config, now: Any) -> FlaskClient:
    notices.bind(storage)
    builders.add_places()
    return client_for("volunteer")


def waiting() -> list[Any]:
    return service.list_volunteers(actor=ADMIN, community=COMMUNITY, state="applied").items


def me(client_for: ClientFor, **changes: Any) -> tuple[FlaskClient, Any]:
    volunteer = builders.serving(**changes)
    return client_for("volunteer", service.as_actor(volunteer=volunteer)), volunteer


def test_the_sign_up_page_offers_the_communitys_grids_and_leaves_publication_unticked(site: FlaskClient) -> None:
    page = site.get("/join").text
    assert "庐山社区" in page
    assert "第二网格" in page
    assert 'name="publish_name" value="1">' in page


def test_a_person_joins_and_reads_what_comes_next(site: FlaskClient) -> None:
    answer = site.post("/join", data=fields(publish_name="1"))
    assert (answer.status_code, answer.location) == (303, "/join/thanks")
    assert "三个工作日" in site.get("/join/thanks").text
    (volunteer,) = waiting()
    assert (volunteer.name, volunteer.publish_name, volunteer.consent_version) == ("陈小兰", True, "2026-11")


def test_a_known_phone_is_answered_like_a_new_one(site: FlaskClient) -> None:
    first = site.post("/join", data=fields())
    second = site.post("/join", data=fields(name="周强"))
    assert (first.status_code, first.location, first.data) == (second.status_code, second.location, second.data)
    assert [each.name for each in waiting()] == ["陈小兰"]


@pytest.mark.parametrize(
    ("birth_on", "words"),
    [("2021-01-01", "满 6 周岁才能报名"), ("2012-01-01", "需要家长"), ("2027-01-01", "请检查出生日期")],
)
def test_children_are_answered_kindly_and_nothing_is_stored(site: FlaskClient, birth_on: str, words: str) -> None:
    answer = site.post("/join", data=fields(birth_on=birth_on))
    assert answer.status_code == 422
    assert words in answer.text
    assert "陈小兰" in answer.text, "what was typed is kept"
    assert not waiting()


def test_a_minor_with_a_guardian_may_apply(site: FlaskClient) -> None:
    data = fields(birth_on="2012-01-01", guardian_name="李梅", guardian_phone="13900005678")
    assert site.post("/join", data=data).status_code == 303
    assert waiting()[0].guardian_phone_masked == "139****5678"


@pytest.mark.parametrize("missing", ["name", "phone", "kind", "area", "birth_on", "consent"])
def test_what_is_missing_is_asked_for_and_the_rest_is_kept(site: FlaskClient, missing: str) -> None:
    data = {name: value for name, value in fields().items() if name != missing}
    answer = site.post("/join", data=data)
    assert answer.status_code == 422
    assert f'href="#{missing}"' in answer.text
    assert not waiting()


def posted(site: FlaskClient, url: str, data: dict[str, Any]) -> Any:
    """Post as a browser would, bytes that are no UTF-8 and repeated fields included."""
    body = urlencode(data, doseq=True)
    return site.post(url, data=body, content_type="application/x-www-form-urlencoded")


HOSTILE: list[Any] = [
    "😀😀",
    "<script>alert(1)</script>",
    "=1+1",
    "长" * 10_000,
    b"\xff\xfe",
    ["陈小兰", "周强"],
    "[]",
    "99",
    "320105902902001",
    "9999-99-99",
    "' OR 1=1",
]


@pytest.mark.parametrize("field", ["name", "phone", "kind", "area", "birth_on", "guardian_phone"])
def test_hostile_input_is_refused_in_words_and_stores_nothing(site: FlaskClient, field: str) -> None:
    for value in HOSTILE:
        answer = posted(site, "/join", {**fields(), field: value})
        assert answer.status_code == 422, value
        assert 'role="alert"' in answer.text, value
        assert "<script>alert" not in answer.text
    assert not waiting()


def test_a_direction_override_is_dropped_from_a_name(site: FlaskClient) -> None:
    site.post("/join", data=fields(name="陈\u202e小兰"))
    assert waiting()[0].name == "陈小兰"


def test_what_is_no_form_is_refused(site: FlaskClient) -> None:
    for body in ("[]", "null", '{"name": "陈小兰"}'):
        assert site.post("/join", data=body, content_type="application/json").status_code == 422
    assert site.post("/join", data={"name": "x" * 5_000_000}).status_code == 413
    assert not waiting()


def test_english_readers_get_sentences_too(site: FlaskClient) -> None:
    site.set_cookie("lang", "en", domain="127.0.0.1")
    assert site.post("/join", data=fields(birth_on="2021-01-01")).status_code == 422


def test_without_a_known_community_the_communities_are_listed(client_for: ClientFor, site: FlaskClient) -> None:
    page = site.get("/join?c=999999999999").text
    assert "/join?c=320105902902" in page
    assert "做志愿者 · 邻近社区</h1>" in site.get("/join?c=320105902902").text
    assert site.get("/join?c=320105902").status_code == 200
    assert site.post("/join?c=999999999999", data=fields()).status_code == 404


def test_many_sign_ups_from_one_address_must_wait_and_keep_what_was_typed(site: FlaskClient) -> None:
    most = service.rules_of(community=COMMUNITY, on=builders.NOW.date()).joins_per_address
    for _ in range(most):
        service.limit_joins(community=COMMUNITY, address="127.0.0.1", now=builders.NOW)
    answer = site.post("/join", data=fields())
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "陈小兰" in answer.text


def sign_in(site: FlaskClient, target: str = "/me/profile") -> Any:
    site.post("/sign-in", data={"phone": PHONE, "next": target})
    code = notices.list_outbox(limit=1)[0].params["code"]
    return site.post("/sign-in", data={"phone": PHONE, "code": code, "next": target})


def test_a_volunteer_signs_in_looks_at_their_data_and_signs_out(site: FlaskClient) -> None:
    builders.serving()
    assert site.get("/me/profile").location == "/sign-in?next=/me/profile"
    answer = sign_in(site)
    assert (answer.status_code, answer.location) == (303, "/me/profile")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    page = site.get("/me/profile")
    assert "138****1234" in page.text
    assert PHONE not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    site.post("/sign-out")
    assert site.get("/me/profile").status_code == 303


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_sign_in_leads_nowhere_but_here(site: FlaskClient, target: str) -> None:
    builders.serving()
    assert sign_in(site, target).location == "/me"


def test_members_and_strangers_get_the_same_answer(site: FlaskClient) -> None:
    builders.serving()
    member = site.post("/sign-in", data={"phone": PHONE})
    stranger = site.post("/sign-in", data={"phone": "13911112222"})
    assert member.status_code == stranger.status_code == 200
    assert member.text.replace(PHONE, "") == stranger.text.replace("13911112222", "")
    wrong = [site.post("/sign-in", data={"phone": each, "code": "0000"}) for each in (PHONE, "13911112222")]
    assert {answer.status_code for answer in wrong} == {422}


def test_a_wrong_code_is_asked_again_and_opens_nothing(site: FlaskClient) -> None:
    builders.serving()
    site.post("/sign-in", data={"phone": PHONE})
    sent = notices.list_outbox(limit=1)[0].params["code"]
    wrong = "111111" if sent != "111111" else "222222"
    for code in [wrong, "", "abc", "😀", "１２３４５６", "0" * 10_000, b"\xff", ["1", "2"], sent + "0"]:
        answer = posted(site, "/sign-in", {"phone": PHONE, "code": code})
        assert answer.status_code == 422, code
        assert PHONE in answer.text
        assert "yz-me" not in answer.headers.get("Set-Cookie", "")


def test_what_is_no_phone_number_is_asked_again(site: FlaskClient) -> None:
    for phone in ["", "12345", "😀", "=1+1", "1" * 10_000, b"\xff", ["13800001234", "13800001235"]]:
        assert posted(site, "/sign-in", {"phone": phone}).status_code == 422, phone
    assert not notices.list_outbox(limit=1)


def test_a_volunteer_may_be_named_or_not_and_a_stale_page_says_so(client_for: ClientFor, site: FlaskClient) -> None:
    client, volunteer = me(client_for)
    data = {"version": str(volunteer.version), "publish_name": "1"}
    assert client.post("/me/profile", data=data).location == "/me/profile?saved=1"
    assert 'name="publish_name" value="1" checked' in client.get("/me/profile").text
    assert client.post("/me/profile", data=data).status_code == 409


def test_a_volunteer_rests_comes_back_and_leaves_only_when_sure(client_for: ClientFor, site: FlaskClient) -> None:
    client, volunteer = me(client_for)
    version = volunteer.version
    assert client.post("/me/profile/pause", data={"version": str(version)}).status_code == 303
    assert "我回来了" in client.get("/me/profile").text
    assert client.post("/me/profile/resume", data={"version": str(version + 1)}).status_code == 303
    assert client.post("/me/profile/exit", data={"version": str(version + 2)}).status_code == 422
    assert client.post("/me/profile/exit", data={"version": str(version + 2), "sure": "1"}).location == "/"
    assert client.get("/me/profile").status_code == 303


def test_a_forged_version_changes_nothing(client_for: ClientFor, site: FlaskClient) -> None:
    client, volunteer = me(client_for)
    for path in ("/me/profile", "/me/profile/pause", "/me/profile/exit"):
        for version in ("", "-1", "x", "9" * 30, "0", b"\xff", ["3", "3"]):
            assert posted(client, path, {"version": version, "sure": "1"}).status_code == 422, version
    found = service.get_volunteer(actor=ADMIN, community=COMMUNITY, volunteer_id=volunteer.id)
    assert found.version == volunteer.version


def test_no_phone_number_reaches_the_logs(site: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="portal")
    site.post("/join", data=fields())
    site.post("/sign-in", data={"phone": PHONE})
    site.post("/sign-in", data={"phone": PHONE, "code": "000000"})
    assert PHONE not in caplog.text
    assert "13800001234" not in caplog.text


def test_a_placard_says_which_community_is_joined(site: FlaskClient) -> None:
    neighbour = builders.staff("wu", Role.COMMUNITY_ADMIN, scope=builders.OTHER_COMMUNITY)
    areas.add_area(area=Area(code="320105902902001", name="邻近网格"))
    draft = StationDraft(name="邻近驿站", area="320105902902001", place="门口")
    station = stations.add_station(actor=neighbour, draft=draft)
    placard = stations.issue_placard(
        actor=neighbour,
        community=builders.OTHER_COMMUNITY,
        station_id=station.id,
        series=Series.POSTER,
        now=builders.NOW,
    )
    assert "邻近网格" in site.get(f"/join?s={placard.code}").text
    assert "第一网格" in site.get("/join?s=UNKNOWN").text
    assert site.post(f"/join?s={placard.code}", data=fields(area="320105902902001")).status_code == 303
    listed = service.list_volunteers(actor=neighbour, community=builders.OTHER_COMMUNITY, state="applied")
    assert len(listed.items) == 1
