"""What staff see and do on the pages of service records."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.activities import service
from portal.config import Config
from portal.period import Month
from tests.activities import builders
from tests.activities.builders import ADMIN, COMMUNITY, KEEPER, SECOND, WORKER
from tests.conftest import ClientFor
from tests.volunteers import builders as volunteers

NOVEMBER = Month(2026, 11)


@pytest.fixture
def chen(storage: Config, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(clock, "now", lambda: builders.NOW)
    volunteers.add_places()
    return volunteers.serving().id


@pytest.fixture
def desk(chen: str, client_for: ClientFor) -> FlaskClient:
    return client_for("staff", WORKER)


@pytest.fixture
def second(chen: str, client_for: ClientFor) -> FlaskClient:
    return client_for("staff", SECOND)


def fields(volunteer: str, **changes: Any) -> dict[str, Any]:
    usual = {
        "volunteer": volunteer,
        "activity": "楼道清洁",
        "served_on": "2026-11-20",
        "starts": "09:00",
        "minutes": "120",
        "attended": "1",
        "training_minutes": "",
        "stars": "",
    }
    return {**usual, **changes}


def posted(site: FlaskClient, url: str, data: dict[str, Any]) -> Any:
    body = urlencode(data, doseq=True)
    return site.post(url, data=body, content_type="application/x-www-form-urlencoded")


def records() -> list[Any]:
    return service.list_records(actor=ADMIN, community=COMMUNITY, month=NOVEMBER).items


def test_a_service_is_written_down_by_one_and_confirmed_by_another(desk: Any, second: Any, chen: str) -> None:
    page = desk.get(f"/staff/records/new?volunteer={chen}").text
    assert "陈小兰 138****1234" in page
    answer = desk.post("/staff/records/new", data=fields(chen, stars="5", training_minutes="30"))
    assert answer.status_code == 303
    assert "请另一位同事来确认" in desk.get(answer.location).text
    assert "等待第二位同事确认" in second.get("/staff/records").text
    assert "情况属实，确认" in second.get(answer.location).text
    assert second.post(f"{answer.location}/confirm", data={"version": "1"}).status_code == 303
    assert "公示到" in second.get(answer.location).text
    assert "等待第二位同事确认" not in second.get("/staff/records").text
    (record,) = records()
    assert (record.stars, record.training_minutes, record.state) == (5, 30, "confirmed")


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"served_on": "2026-11-21"}, 422, "服务还没有结束"),
        ({"served_on": "2026-11-12"}, 403, "超过 7 天"),
        ({"minutes": "241", "starts": "07:00"}, 422, "最多登记 240 分钟"),
        ({"served_on": "2026-11-19", "starts": "23:00"}, 422, "跨过了零点"),
        ({"attended": "0", "stars": "5"}, 422, "没有到场的服务不能评星"),
    ],
)
def test_what_cannot_be_recorded_is_said_and_what_was_typed_is_kept(
    desk: FlaskClient, chen: str, changes: dict[str, str], status: int, words: str
) -> None:
    answer = desk.post("/staff/records/new", data=fields(chen, **changes))
    assert answer.status_code == status
    assert words in answer.text
    assert "楼道清洁" in answer.text
    assert not records()


def test_the_same_service_sent_twice_is_stored_once(desk: FlaskClient, chen: str) -> None:
    assert desk.post("/staff/records/new", data=fields(chen)).status_code == 303
    again = desk.post("/staff/records/new", data=fields(chen))
    assert again.status_code == 403
    assert "时间不能重叠" in again.text
    assert len(records()) == 1


HOSTILE: list[Any] = [
    "😀😀",
    "<script>",
    "=1+1",
    "长" * 10_000,
    b"\xff\xfe",
    ["1", "2"],
    "[]",
    "null",
    "-1",
    "1e9",
    "99:99",
]


@pytest.mark.parametrize(
    "field", ["volunteer", "served_on", "starts", "minutes", "attended", "training_minutes", "stars"]
)
def test_hostile_input_is_refused_in_words_and_stores_nothing(desk: FlaskClient, chen: str, field: str) -> None:
    for value in HOSTILE:
        answer = posted(desk, "/staff/records/new", {**fields(chen), field: value})
        assert answer.status_code == 422, value
        assert 'role="alert"' in answer.text, value
    assert not records()


def test_the_activitys_words_are_shown_as_words(desk: FlaskClient, chen: str) -> None:
    for value in ("长" * 10_000, b"\xff\xfe", ["一二", "三四"], "x"):
        assert posted(desk, "/staff/records/new", fields(chen, activity=value)).status_code == 422
    answer = posted(desk, "/staff/records/new", fields(chen, activity="<script>alert(1)</script>"))
    page = desk.get(answer.location).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_volunteer_of_another_grid_or_not_in_service_cannot_be_chosen(desk: FlaskClient, chen: str) -> None:
    far = volunteers.serving(phone="13800009999", area=volunteers.OTHER_GRID).id
    new = volunteers.applied(phone="13800008888").id
    for other in (far, new, "VNOBODY"):
        assert desk.post("/staff/records/new", data=fields(other)).status_code == 422
    assert not records()


def test_the_one_who_wrote_it_cannot_confirm_it_even_by_hand(chen: str, client_for: ClientFor) -> None:
    record = service.submit_record(draft=builders.draft(chen), actor=ADMIN, now=builders.NOW)
    answer = client_for("staff", ADMIN).post(f"/staff/records/{record.id}/confirm", data={"version": "1"})
    assert answer.status_code == 403
    assert "请另一位同事来确认" in answer.text
    assert records()[0].state == "submitted"


def test_voiding_needs_a_reason_and_a_stale_page_keeps_what_was_typed(second: FlaskClient, chen: str) -> None:
    record = builders.submitted(chen)
    url = f"/staff/records/{record.id}/void"
    assert second.post(url, data={"version": "1", "reason": ""}).status_code == 422
    assert second.post(url, data={"version": "1", "reason": "打 13800001234 不通"}).status_code == 422
    stale = second.post(url, data={"version": "9", "reason": "登记错了人"})
    assert stale.status_code == 409
    assert "登记错了人" in stale.text
    for version in ("", "x", "-1", "9" * 30, b"\xff", ["1", "1"]):
        assert posted(second, url, {"version": version, "reason": "登记错了人"}).status_code == 422
    assert second.post(url, data={"version": "1", "reason": "登记错了人"}).status_code == 303
    assert "登记错了人" in second.get(f"/staff/records/{record.id}").text
    assert records()[0].state == "voided"


@pytest.mark.parametrize(
    ("actor", "status"),
    [
        (volunteers.STRANGER, 404),
        (volunteers.HANDLER, 403),
        (replace(WORKER, scope=volunteers.OTHER_GRID), 404),
    ],
)
def test_who_has_no_business_here_gets_nothing(chen: str, client_for: ClientFor, actor: Any, status: int) -> None:
    record = builders.submitted(chen)
    client = client_for("staff", actor)
    assert client.get(f"/staff/records/{record.id}").status_code == status
    assert client.get(f"/staff/records?volunteer={chen}&community={COMMUNITY}").status_code == status
    assert "楼道清洁" not in client.get(f"/staff/records?community={COMMUNITY}").text
    for name in ("confirm", "void"):
        answer = client.post(f"/staff/records/{record.id}/{name}", data={"version": "1", "reason": "登记错了人"})
        assert answer.status_code in {403, 404}
    assert records()[0].state == "submitted"


def test_who_writes_down_sees_no_button_to_confirm(chen: str, client_for: ClientFor) -> None:
    record = builders.submitted(chen)
    client = client_for("staff", KEEPER)
    page = client.get(f"/staff/records/{record.id}").text
    assert "确认</button>" not in page
    assert client.post(f"/staff/records/{record.id}/confirm", data={"version": "1"}).status_code == 403


def test_months_can_be_paged_and_a_wrong_month_is_this_one(second: FlaskClient, chen: str) -> None:
    assert "2026年10月的服务" in second.get("/staff/records?month=2026-10").text
    assert "2026年11月的服务" in second.get("/staff/records?month=nonsense").text
    assert second.get("/staff/records?after=forged").status_code == 422
    assert second.get("/staff/records?more=forged").status_code == 422


def test_one_volunteers_records_are_on_one_page(second: FlaskClient, chen: str) -> None:
    builders.confirmed(chen)
    page = second.get(f"/staff/records?volunteer={chen}").text
    assert "陈小兰的服务记录" in page
    assert "楼道清洁" in page
    assert "13800001234" not in page
