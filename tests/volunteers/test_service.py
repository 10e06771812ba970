"""Joining, being checked, signing in, and one's own data, on the engine."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from portal import db, events, workflow
from portal.accounts import domain as doors
from portal.accounts import service as accounts
from portal.config import Config
from portal.errors import Conflict, NotFound, TooMany
from portal.notices import service as notices
from portal.volunteers import domain, service
from portal.volunteers.reactions import REACTIONS
from portal.workflow import Actor
from tests.volunteers import builders
from tests.volunteers.builders import ADMIN, AUDITOR, COMMUNITY, GRID, HANDLER, NOW, PHONE, STRANGER, WORKER


@pytest.fixture(autouse=True)
def places(storage: Config) -> None:
    notices.bind(storage)
    builders.add_places()


def whole_table(name: str) -> list[dict[str, Any]]:
    client: Any = db.shared().client
    items: list[dict[str, Any]] = client.scan(TableName=f"test-{name}")["Items"]
    return items


def test_an_application_waits_and_staff_of_the_place_see_it() -> None:
    volunteer = builders.applied()
    found = service.get_volunteer(actor=ADMIN, community=COMMUNITY, volunteer_id=volunteer.id)
    assert (found.state, found.phone_masked, found.joined_on) == ("applied", "138****1234", date(2026, 11, 20))
    waiting = service.list_volunteers(actor=AUDITOR, community=COMMUNITY, state="applied")
    assert [each.id for each in waiting.items] == [volunteer.id]


def test_sixteen_sign_ups_with_one_phone_at_once_make_one_volunteer() -> None:
    def join(number: int) -> str:
        try:
            return builders.applied(name="陈小兰" if number % 2 else "陈小梅").id
        except domain.AlreadyJoined:
            return ""

    with ThreadPoolExecutor(16) as pool:
        made = [each for each in pool.map(join, range(16)) if each]
    assert len(made) == 1
    listed = service.list_volunteers(actor=ADMIN, community=COMMUNITY, state="applied")
    assert [each.id for each in listed.items] == made


def test_no_phone_number_is_readable_in_storage() -> None:
    builders.serving(
        birth_on=date(2012, 1, 1), guardian=domain.Guardian(name="李梅", phone="13900005678"), phone="13800001234"
    )
    dump = json.dumps(whole_table("volunteers"), default=str)
    assert "13800001234" not in dump
    assert "13900005678" not in dump


def test_who_is_accepted_serves_at_once_and_the_stream_tells_both_steps() -> None:
    volunteer = builders.serving()
    assert volunteer.state == domain.State.ACTIVE
    assert [line["type"] for line in volunteer.history] == [
        "volunteer.applied",
        "volunteer.verified",
        "volunteer.activated",
    ]
    assert [line["seq"] for line in volunteer.history] == [1, 2, 3]
    assert [each.id for each in service.all_active(community=COMMUNITY)] == [volunteer.id]


def test_two_colleagues_deciding_at_once_make_one_decision() -> None:
    volunteer = builders.applied()

    def decide(number: int) -> bool:
        try:
            service.verify_volunteer(
                actor=replace(ADMIN, id=f"staff:admin{number}"),
                community=COMMUNITY,
                volunteer_id=volunteer.id,
                now=NOW,
            )
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(decide, range(8))) == 1
    found = service.get_volunteer(actor=ADMIN, community=COMMUNITY, volunteer_id=volunteer.id)
    assert found.version == 3


def test_who_was_turned_down_or_left_may_apply_again_with_the_same_phone() -> None:
    first = builders.applied()
    service.reject_volunteer(
        actor=ADMIN, community=COMMUNITY, volunteer_id=first.id, reason="姓名与电话对不上", now=NOW
    )
    second = builders.serving()
    me = service.as_actor(volunteer=second)
    service.move_volunteer(actor=me, community=COMMUNITY, volunteer_id=second.id, name="exit", now=NOW)
    third = builders.applied()
    assert len({first.id, second.id, third.id}) == 3


@pytest.mark.parametrize("reason", ["", "不行", "打 13800001234 核实过了", "长" * 201])
def test_a_decision_against_a_person_has_a_reason_without_a_phone_number(reason: str) -> None:
    volunteer = builders.applied()
    with pytest.raises(domain.ReasonNeeded):
        service.reject_volunteer(actor=ADMIN, community=COMMUNITY, volunteer_id=volunteer.id, reason=reason, now=NOW)


@pytest.mark.parametrize("actor", [STRANGER, HANDLER, replace(WORKER, scope="320105902901002"), workflow.Actor(id="x")])
def test_who_has_no_business_with_a_volunteer_finds_nobody(actor: Actor) -> None:
    volunteer = builders.applied()
    with pytest.raises(NotFound):
        service.get_volunteer(actor=actor, community=COMMUNITY, volunteer_id=volunteer.id)


def test_a_volunteer_sees_themselves_and_nobody_else() -> None:
    one, other = builders.serving(), builders.serving(phone="13800009999", name="周强")
    me = service.as_actor(volunteer=one)
    assert service.get_volunteer(actor=me, community=COMMUNITY, volunteer_id=one.id) == one
    with pytest.raises(NotFound):
        service.get_volunteer(actor=me, community=COMMUNITY, volunteer_id=other.id)
    with pytest.raises(NotFound):
        service.list_volunteers(actor=me, community=COMMUNITY, state="active")


def test_a_grid_worker_lists_the_people_of_the_grid() -> None:
    near = builders.serving()
    builders.serving(phone="13800009999", area=builders.OTHER_GRID)
    assert [each.id for each in service.list_serving(actor=WORKER, community=COMMUNITY)] == [near.id]


def test_a_list_goes_on_where_its_page_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [builders.applied(NOW + timedelta(seconds=number), phone=f"1380000{number:04d}").id for number in range(53)]
    first = service.list_volunteers(actor=ADMIN, community=COMMUNITY, state="applied")
    second = service.list_volunteers(actor=ADMIN, community=COMMUNITY, state="applied", cursor=first.cursor)
    assert [each.id for each in first.items + second.items] == made
    assert second.cursor is None


def test_a_phone_number_is_shown_after_the_reason_is_written_down() -> None:
    volunteer = builders.serving()
    saved, phone, guardian = service.reveal_phones(
        actor=WORKER, community=COMMUNITY, volunteer_id=volunteer.id, reason="通知今晚台风", now=NOW
    )
    assert (phone, guardian) == (PHONE, "")
    last = saved.history[-1]
    assert (last["type"], last["actor"], last["data"]) == (
        "volunteer.phone_revealed",
        WORKER.id,
        {"reason": "通知今晚台风"},
    )
    with pytest.raises(workflow.MoveRefused):
        service.reveal_phones(
            actor=AUDITOR, community=COMMUNITY, volunteer_id=volunteer.id, reason="通知今晚台风", now=NOW
        )


def test_the_number_of_who_left_can_still_be_read_once_someone_else_has_it() -> None:
    gone = builders.serving()
    service.move_volunteer(
        actor=ADMIN, community=COMMUNITY, volunteer_id=gone.id, name="release", reason="本人来电要求", now=NOW
    )
    heir = builders.serving()
    saved, phone, _ = service.reveal_phones(
        actor=WORKER, community=COMMUNITY, volunteer_id=gone.id, reason="核对旧记录", now=NOW
    )
    assert (saved.history[-1]["type"], phone) == ("volunteer.phone_revealed", PHONE)
    service.request_code(phone=PHONE, address="10.0.0.1", now=NOW)
    token = service.sign_in(phone=PHONE, code=last_code(), address="10.0.0.1", now=NOW)
    found = accounts.load_session(token=token, now=NOW)
    assert found
    assert found.id == heir.id


def test_the_choice_to_be_named_is_kept_and_a_stale_page_changes_nothing() -> None:
    volunteer = builders.serving()
    me = service.as_actor(volunteer=volunteer)
    assert not volunteer.publish_name
    assert service.choose_publication(actor=me, publish_name=True, version=volunteer.version, now=NOW).publish_name
    with pytest.raises(Conflict):
        service.choose_publication(actor=me, publish_name=False, version=volunteer.version, now=NOW)


def last_code() -> str:
    return str(notices.list_outbox(limit=1)[0].params["code"])


def test_a_volunteer_signs_in_with_the_code_that_was_sent() -> None:
    volunteer = builders.serving()
    service.request_code(phone=PHONE, address="10.0.0.1", now=NOW)
    token = service.sign_in(phone=PHONE, code=last_code(), address="10.0.0.1", now=NOW)
    actor = accounts.load_session(token=token, now=NOW)
    assert actor == service.as_actor(volunteer=volunteer)
    with pytest.raises(doors.CodeRefused):
        service.sign_in(phone=PHONE, code=last_code(), address="10.0.0.1", now=NOW)


def test_a_strangers_number_gets_no_message_and_no_other_answer() -> None:
    service.request_code(phone="13911112222", address="10.0.0.1", now=NOW)
    assert not notices.list_outbox(limit=5)
    with pytest.raises(doors.CodeRefused):
        service.sign_in(phone="13911112222", code="000000", address="10.0.0.1", now=NOW)


def test_a_code_is_good_for_five_minutes_and_five_tries() -> None:
    builders.serving()
    service.request_code(phone=PHONE, address="10.0.0.1", now=NOW)
    code = last_code()
    with pytest.raises(doors.CodeRefused):
        service.sign_in(phone=PHONE, code=code, address="10.0.0.1", now=NOW + timedelta(minutes=5, seconds=1))
    wrong = "111111" if code != "111111" else "222222"
    for _ in range(5):
        with pytest.raises(doors.CodeRefused):
            service.sign_in(phone=PHONE, code=wrong, address="10.0.0.1", now=NOW)
    with pytest.raises(doors.CodeRefused):
        service.sign_in(phone=PHONE, code=code, address="10.0.0.1", now=NOW)


def test_codes_are_throttled_by_phone_alike_for_members_and_strangers() -> None:
    builders.serving()
    numbers = service.rules_of(community="", on=NOW.date())
    for phone in (PHONE, "13911112222"):
        for _ in range(numbers.codes_per_phone):
            service.request_code(phone=phone, address=phone, now=NOW)
        with pytest.raises(TooMany):
            service.request_code(phone=phone, address=phone, now=NOW)


def test_who_left_is_signed_out_everywhere_and_cannot_come_in_again() -> None:
    volunteer = builders.serving()
    service.request_code(phone=PHONE, address="10.0.0.1", now=NOW)
    token = service.sign_in(phone=PHONE, code=last_code(), address="10.0.0.1", now=NOW)
    service.move_volunteer(
        actor=ADMIN, community=COMMUNITY, volunteer_id=volunteer.id, name="release", reason="本人来电要求", now=NOW
    )
    assert accounts.load_session(token=token, now=NOW) is None
    service.request_code(phone=PHONE, address="10.0.0.1", now=NOW)
    assert len(notices.list_outbox(limit=5)) == 1, "no second message"


def decision(volunteer: domain.Volunteer, name: str) -> events.Event:
    item = next(item for item in whole_table("volunteers") if item["sk"]["S"] == f"V#{volunteer.id}")
    found = events.from_stream({"dynamodb": {"NewImage": item}})
    return next(event for event in found if event.name == name)


def test_the_decision_is_told_once_however_often_the_stream_repeats_it() -> None:
    volunteer = builders.serving()
    event = decision(volunteer, "volunteer.verified")
    for _ in range(3):
        REACTIONS[event.name](event)
    sent = notices.deliver_due(
        now=NOW,
        look_up=lambda recipient: service.find_phone(
            community=recipient.split("/")[1], volunteer_id=recipient.split("/")[2]
        ),
    )
    assert sent == 1
    message = notices.list_outbox(limit=5)[0]
    assert (message.phone, message.params["community"]) == (PHONE, "庐山社区")


@pytest.mark.parametrize("name", ["volunteer.exited", "volunteer.rejected"])
def test_a_session_that_outlived_its_volunteer_ends_with_the_event(name: str) -> None:
    """The index of sessions lags, and a function may stop between the two writes: the stream comes after both."""
    if name == "volunteer.exited":
        volunteer, move = builders.serving(), "release"
    else:
        volunteer, move = builders.applied(), "reject"
    moved: dict[str, Any] = {
        "actor": ADMIN,
        "community": COMMUNITY,
        "volunteer_id": volunteer.id,
        "reason": "本人来电要求",
    }
    service.move_volunteer(**moved, name=move, now=NOW)
    token = accounts.start_session(actor=service.as_actor(volunteer=volunteer), now=NOW, lifetime=service.SESSION)
    for _ in range(2):
        REACTIONS[name](decision(volunteer, name))
    assert accounts.load_session(token=token, now=NOW) is None


def test_a_volunteers_place_must_be_in_the_community() -> None:
    with pytest.raises(domain.WrongPlace):
        builders.applied(area="320105902902001")
    assert GRID.startswith(COMMUNITY)


def test_a_decision_whose_answer_was_lost_and_sent_again_is_no_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    volunteer = builders.applied()
    update = db.update

    def twice(*args: Any) -> None:
        update(*args)
        raise db.ConditionFailed

    monkeypatch.setattr(db, "update", twice)
    saved = service.verify_volunteer(actor=ADMIN, community=COMMUNITY, volunteer_id=volunteer.id, now=NOW)
    assert (saved.state, saved.version) == ("active", 3)
