"""What staff see and do on the volunteers' pages."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from portal.config import Config
from portal.volunteers import service
from portal.workflow import Role
from tests.conftest import ClientFor
from tests.volunteers import builders
from tests.volunteers.builders import ADMIN, AUDITOR, COMMUNITY, HANDLER, PHONE, SECOND, STRANGER, WORKER


@pytest.fixture(autouse=True)
def places(storage: Config, now: Any) -> None:
    builders.add_places()


@pytest.fixture
def desk(client_for: ClientFor) -> FlaskClient:
    return client_for("staff", ADMIN)


def state_of(volunteer: Any) -> str:
    return service.get_volunteer(actor=ADMIN, community=COMMUNITY, volunteer_id=volunteer.id).state


def test_the_list_shows_who_waits_with_masked_numbers(desk: FlaskClient) -> None:
    assert "没有等待核对的报名" in desk.get("/staff/volunteers").text
    builders.applied()
    page = desk.get("/staff/volunteers").text
    assert "陈小兰" in page
    assert "138****1234" in page
    assert PHONE not in page


def test_a_list_of_no_known_state_is_not_found_and_a_forged_cursor_is_refused(desk: FlaskClient) -> None:
    assert desk.get("/staff/volunteers?state=none").status_code == 404
    assert desk.get("/staff/volunteers?after=forged").status_code == 422


def test_an_application_is_accepted_on_its_page(desk: FlaskClient) -> None:
    volunteer = builders.applied()
    page = desk.get(f"/staff/volunteers/{volunteer.id}").text
    assert "核对无误，通过" in page
    answer = desk.post(f"/staff/volunteers/{volunteer.id}/verify", data={"version": "1"})
    assert answer.status_code == 303
    after = desk.get(answer.location).text
    assert "登记一次服务" in after
    assert state_of(volunteer) == "active"


def test_a_rejection_needs_a_reason_and_keeps_it(desk: FlaskClient) -> None:
    volunteer = builders.applied()
    url = f"/staff/volunteers/{volunteer.id}/reject"
    assert desk.post(url, data={"version": "1", "reason": ""}).status_code == 422
    refused = desk.post(url, data={"version": "1", "reason": "打 13800001234 不通"})
    assert refused.status_code == 422
    assert "打 13800001234 不通" in refused.text, "what was typed is kept for the one who typed it"
    assert desk.post(url, data={"version": "1", "reason": "姓名与电话对不上"}).status_code == 303
    assert "姓名与电话对不上" in desk.get(f"/staff/volunteers/{volunteer.id}").text
    assert state_of(volunteer) == "rejected"


def test_a_stale_page_says_so_and_keeps_the_reason(desk: FlaskClient) -> None:
    volunteer = builders.serving()
    answer = desk.post(f"/staff/volunteers/{volunteer.id}/suspend", data={"version": "1", "reason": "三次无故缺席"})
    assert answer.status_code == 409
    assert "三次无故缺席" in answer.text
    assert state_of(volunteer) == "active"


def test_hostile_input_is_refused_in_words(desk: FlaskClient) -> None:
    volunteer = builders.applied()
    for move in ("reject", "verify", "phone"):
        for reason in ("😀" * 300, "长" * 10_000, b"\xff\xfe", ["一二三四", "五六七八"]):
            body = urlencode({"version": "1", "reason": reason, "why": reason}, doseq=True)
            answer = desk.post(
                f"/staff/volunteers/{volunteer.id}/{move}", data=body, content_type="application/x-www-form-urlencoded"
            )
            assert answer.status_code == 422, (move, reason)
    assert state_of(volunteer) == "applied"


def test_a_number_is_shown_with_a_reason_and_the_page_says_who_looked(desk: FlaskClient) -> None:
    volunteer = builders.serving()
    url = f"/staff/volunteers/{volunteer.id}"
    assert desk.post(f"{url}/phone", data={"why": ""}).status_code == 422
    answer = desk.post(f"{url}/phone", data={"why": "通知今晚台风"})
    assert answer.status_code == 200
    assert PHONE in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    again = desk.get(url).text
    assert PHONE not in again
    assert "通知今晚台风" in again


@pytest.mark.parametrize(
    ("actor", "status"), [(STRANGER, 404), (HANDLER, 403), (replace(WORKER, scope=builders.OTHER_GRID), 404)]
)
def test_who_has_no_business_here_gets_nothing(client_for: ClientFor, actor: Any, status: int) -> None:
    volunteer = builders.applied()
    client = client_for("staff", actor)
    for url in (f"/staff/volunteers/{volunteer.id}", f"/staff/volunteers/{volunteer.id}?community={COMMUNITY}"):
        answer = client.get(url)
        assert answer.status_code == status
        assert "陈小兰" not in answer.text
    moved = client.post(f"/staff/volunteers/{volunteer.id}/verify?community={COMMUNITY}", data={"version": "1"})
    assert moved.status_code in {403, 404}
    assert state_of(volunteer) == "applied"


@pytest.mark.parametrize("actor", [AUDITOR, WORKER, SECOND])
def test_who_only_looks_sees_no_button_they_cannot_use(client_for: ClientFor, actor: Any) -> None:
    volunteer = builders.serving()
    page = client_for("staff", actor).get(f"/staff/volunteers/{volunteer.id}").text
    assert "陈小兰" in page
    assert "暂缓参加</button>" not in page
    assert ("看手机号" in page) == actor.has(Role.GRID_WORKER)


def test_a_street_may_stand_in_for_its_community(client_for: ClientFor) -> None:
    volunteer = builders.applied()
    street = client_for("staff", replace(ADMIN, id="staff:street", scope="320105902"))
    assert "陈小兰" in street.get(f"/staff/volunteers?community={COMMUNITY}").text
    answer = street.post(f"/staff/volunteers/{volunteer.id}/verify?community={COMMUNITY}", data={"version": "1"})
    assert answer.status_code == 303
