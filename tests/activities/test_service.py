"""From a service written down to the final record, on the engine."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from portal import db, events, workflow
from portal.activities import domain, service
from portal.config import Config
from portal.errors import Conflict, NotFound
from portal.period import Month
from portal.volunteers import domain as people
from portal.workflow import Actor
from tests.activities import builders
from tests.activities.builders import ADMIN, COMMUNITY, KEEPER, NOW, SECOND, WORKER
from tests.volunteers import builders as volunteers

NOVEMBER = Month(2026, 11)


@pytest.fixture
def chen(storage: Config) -> str:
    volunteers.add_places()
    return volunteers.serving().id


def stored(record_id: str) -> dict[str, Any]:
    client: Any = db.shared().client
    key = {"pk": {"S": f"REC#{record_id}"}, "sk": {"S": "RECORD"}}
    item: dict[str, Any] = client.get_item(TableName="test-activities", Key=key)["Item"]
    return item


def test_a_record_is_publicised_for_three_working_days_and_then_final(chen: str) -> None:
    record = builders.confirmed(chen)
    assert record.publicity_ends_at == datetime(2026, 11, 25, 10, tzinfo=UTC), "Friday, then Monday to Wednesday 18:00"
    assert service.settle_records(now=datetime(2026, 11, 25, 9, 59, tzinfo=UTC)) == 0
    assert service.settle_records(now=datetime(2026, 11, 25, 10, tzinfo=UTC)) == 1
    assert service.settle_records(now=datetime(2026, 11, 25, 11, tzinfo=UTC)) == 0
    final = service.get_record(actor=ADMIN, record_id=record.id)
    assert (final.state, final.version) == (domain.State.RECORDED, 3)


def test_the_stream_carries_what_points_and_scores_need(chen: str) -> None:
    record = builders.confirmed(chen, stars=5, training_minutes=30)
    found = events.from_stream({"dynamodb": {"NewImage": stored(record.id)}})
    assert [event.name for event in found] == ["record.submitted", "record.confirmed"]
    deed = found[-1].deed
    assert found[-1].key == f"REC#{record.id}#2"
    assert found[-1].data["publicity_ends_at"] == "2026-11-25T10:00:00+00:00"
    assert {
        name: deed[name] for name in ("community", "volunteer", "activity", "coefficient", "served_on", "month")
    } == {
        "community": COMMUNITY,
        "volunteer": chen,
        "activity": "楼道清洁",
        "coefficient": "1",
        "served_on": "2026-11-20",
        "month": "2026-11",
    }
    assert (deed["minutes"], deed["training_minutes"], deed["stars"], deed["attended"]) == (120, 30, 5, True)


def test_the_items_of_days_bring_no_events(chen: str) -> None:
    builders.submitted(chen)
    client: Any = db.shared().client
    items = client.scan(TableName="test-activities")["Items"]
    days = [item for item in items if item["pk"]["S"].startswith("DAY#")]
    assert len(days) == 1
    assert events.from_stream({"dynamodb": {"NewImage": days[0]}}) == []


@pytest.mark.parametrize(("minutes", "attended", "counted"), [(14, True, 0), (120, False, 0), (120, True, 120)])
def test_what_counts_is_stored_beside_what_was_stated(chen: str, *, minutes: int, attended: bool, counted: int) -> None:
    record = builders.submitted(chen, minutes=minutes, attended=attended)
    assert (record.minutes, record.stated_minutes) == (counted, minutes)


def test_the_submitter_cannot_confirm_and_another_can(chen: str) -> None:
    record = service.submit_record(draft=builders.draft(chen), actor=ADMIN, now=NOW)
    with pytest.raises(domain.SamePerson):
        service.confirm_record(actor=ADMIN, record_id=record.id, version=1, now=NOW)
    assert service.confirm_record(actor=SECOND, record_id=record.id, version=1, now=NOW).state == "confirmed"


@pytest.mark.parametrize("actor", [WORKER, KEEPER])
def test_who_writes_services_down_does_not_confirm_them(chen: str, actor: Actor) -> None:
    record = builders.submitted(chen)
    with pytest.raises(workflow.MoveRefused):
        service.confirm_record(actor=actor, record_id=record.id, version=1, now=NOW)


def test_of_many_confirming_at_once_one_does(chen: str) -> None:
    record = builders.submitted(chen)

    def confirm(number: int) -> bool:
        try:
            actor = replace(SECOND, id=f"staff:second{number}")
            service.confirm_record(actor=actor, record_id=record.id, version=1, now=NOW)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(confirm, range(8))) == 1
    assert service.get_record(actor=ADMIN, record_id=record.id).version == 2


def test_of_many_records_of_one_hour_written_at_once_one_stays(chen: str) -> None:
    def submit(number: int) -> bool:
        try:
            builders.submitted(chen, activity=f"活动{number}")
        except domain.Overlaps:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(submit, range(8))) == 1
    assert len(service.list_own(volunteer=chen).items) == 1


def test_eight_hours_fill_a_day_and_a_voided_record_gives_its_time_back(chen: str) -> None:
    yesterday = {"served_on": date(2026, 11, 19), "minutes": 240}
    first = builders.submitted(chen, starts=time(8), **yesterday)
    builders.submitted(chen, starts=time(13), **yesterday)
    with pytest.raises(domain.DayFull):
        builders.submitted(chen, starts=time(18), **yesterday)
    service.void_record(actor=SECOND, record_id=first.id, version=1, reason="登记错了人", now=NOW)
    assert builders.submitted(chen, starts=time(8), **yesterday).state == "submitted"


def test_a_voided_record_is_never_settled_and_keeps_its_reason(chen: str) -> None:
    record = builders.confirmed(chen)
    voided = service.void_record(actor=SECOND, record_id=record.id, version=2, reason="签到表上没有她", now=NOW)
    assert service.settle_records(now=NOW + timedelta(days=30)) == 0
    assert voided.history[-1]["data"] == {"reason": "签到表上没有她"}
    assert "due_queue" not in stored(record.id)


def test_a_final_record_can_still_be_voided_with_a_reason(chen: str) -> None:
    record = builders.confirmed(chen)
    service.settle_records(now=NOW + timedelta(days=7))
    with pytest.raises(domain.ReasonNeeded):
        service.void_record(actor=SECOND, record_id=record.id, version=3, reason="", now=NOW)
    assert service.void_record(actor=SECOND, record_id=record.id, version=3, reason="举报属实", now=NOW).version == 4


def test_settling_asks_for_what_is_due_and_nothing_else(chen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(6):
        builders.confirmed(chen, served_on=date(2026, 11, 14 + day))
    calls: list[str] = []
    client: Any = db.shared().client
    client.meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name), unique_id="count")
    try:
        assert service.settle_records(now=NOW) == 0
        assert calls == ["Query"]
        assert service.settle_records(now=NOW + timedelta(days=7)) == 6
        assert calls.count("Query") == 2
        assert calls.count("UpdateItem") == 6
        assert len(calls) == 8
    finally:
        client.meta.events.unregister("before-call.dynamodb", unique_id="count")


def test_only_a_volunteer_in_service_gets_a_record(storage: Config) -> None:
    volunteers.add_places()
    applied = volunteers.applied()
    with pytest.raises(people.NotServing):
        builders.submitted(applied.id)
    with pytest.raises(NotFound):
        builders.submitted("VNOBODY")


def test_staff_of_another_place_find_no_record(chen: str) -> None:
    record = builders.submitted(chen)
    for actor in (volunteers.STRANGER, volunteers.HANDLER, replace(WORKER, scope=volunteers.OTHER_GRID)):
        with pytest.raises(NotFound):
            service.get_record(actor=actor, record_id=record.id)
    with pytest.raises(NotFound):
        service.list_records(actor=volunteers.STRANGER, community=COMMUNITY, month=NOVEMBER)
    with pytest.raises(NotFound):
        service.submit_record(
            draft=builders.draft(chen, starts=time(11), minutes=30),
            actor=replace(WORKER, scope=volunteers.OTHER_GRID),
            now=NOW,
        )


def test_a_volunteer_sees_their_own_records_and_the_lists_are_for_staff(chen: str) -> None:
    record = builders.submitted(chen)
    other = volunteers.serving(phone="13800009999", name="周强").id
    me, stranger = (Actor(id=each, kind="volunteer", scope=COMMUNITY) for each in (chen, other))
    assert service.get_record(actor=me, record_id=record.id).id == record.id
    with pytest.raises(NotFound):
        service.get_record(actor=stranger, record_id=record.id)
    with pytest.raises(NotFound):
        service.list_waiting(actor=me, community=COMMUNITY)


def test_the_queue_holds_what_waits_and_the_month_holds_all(chen: str) -> None:
    waiting = builders.submitted(chen, served_on=date(2026, 11, 18))
    done = builders.confirmed(chen)
    queue = service.list_waiting(actor=SECOND, community=COMMUNITY)
    month = service.list_records(actor=SECOND, community=COMMUNITY, month=NOVEMBER)
    assert [each.id for each in queue.items] == [waiting.id]
    assert [each.id for each in month.items] == [done.id, waiting.id]
    assert not service.list_records(actor=SECOND, community=COMMUNITY, month=Month(2026, 10)).items


def test_a_confirmation_whose_answer_was_lost_is_no_conflict(chen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    record = builders.submitted(chen)
    update = db.update

    def twice(*args: Any) -> None:
        update(*args)
        raise db.ConditionFailed

    monkeypatch.setattr(db, "update", twice)
    saved = service.confirm_record(actor=SECOND, record_id=record.id, version=1, now=NOW)
    assert (saved.state, saved.version) == ("confirmed", 2)


def test_a_page_that_is_behind_confirms_nothing(chen: str) -> None:
    record = builders.submitted(chen)
    with pytest.raises(Conflict):
        service.confirm_record(actor=SECOND, record_id=record.id, version=7, now=NOW)
