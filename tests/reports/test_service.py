import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import botocore.exceptions
import pytest

from portal import db, events, limits, privacy, workflow
from portal.errors import Busy, Refused, TooMany
from portal.period import SHANGHAI, Month
from portal.reports import domain, models, repository, service
from portal.reports.domain import State
from portal.workflow import Role
from tests.reports.build import (
    ADMIN,
    AUDITOR,
    COMMUNITY,
    DISPATCHER,
    ELSEWHERE,
    GRID_WORKER,
    HANDLER,
    NOW,
    RULES,
    SAN,
    STREET,
    VERIFIER,
    VOLUNTEER,
    draft,
    staff,
)

pytestmark = pytest.mark.usefixtures("storage")
RESULT = "垃圾桶已经清空，周边也冲洗干净了"


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def _submit(**changes: Any) -> domain.Report:
    return service.submit_report(draft=draft(**changes), now=NOW)


def _filed(subcategory: str = "0104", **changes: Any) -> domain.Report:
    new = _submit(**changes)
    return service.file_report(
        actor=DISPATCHER, reference=new.reference, version=1, subcategory=subcategory, urgency="P3", now=NOW
    )


def _dispatched(subcategory: str = "0104", **changes: Any) -> domain.Report:
    filed = _filed(subcategory, **changes)
    return service.dispatch_report(actor=DISPATCHER, reference=filed.reference, version=2, department="SAN", now=NOW)


def _handled(**changes: Any) -> domain.Report:
    at = _dispatched(**changes)
    at = service.sign_report(actor=HANDLER, reference=at.reference, version=at.version, now=NOW)
    at = service.start_report(actor=HANDLER, reference=at.reference, version=at.version, now=NOW)
    return service.handle_report(actor=HANDLER, reference=at.reference, version=at.version, result=RESULT, now=NOW)


def _closed(**changes: Any) -> domain.Report:
    at = _handled(**changes)
    at = service.verify_report(actor=VERIFIER, reference=at.reference, version=at.version, now=NOW)
    return service.close_report(
        actor=VERIFIER, reference=at.reference, version=at.version, note="现场看过，已经干净", now=NOW
    )


def _key() -> str:
    return service.private_key(submission_key=draft().submission_key)


def test_a_report_waits_on_the_communitys_desk_until_its_filing_is_due() -> None:
    new = _submit()
    assert (new.state, new.desk, new.version) == (State.SUBMITTED, COMMUNITY, 1)
    assert new.due_at == _local("2026-11-20T15:30")
    assert [step.type for step in new.history] == ["report.submitted"]


def test_plain_hours_begin_with_the_next_working_moment() -> None:
    night = service.submit_report(draft=draft(category="06"), now=_local("2026-11-20T23:00"))
    assert night.due_at == _local("2026-11-23T09:30")
    lunch = service.submit_report(draft=draft(category="06", submission_key="k" * 20), now=_local("2026-11-20T12:30"))
    assert lunch.due_at == _local("2026-11-20T14:30")


def test_the_same_form_twice_is_one_report() -> None:
    first = _submit()
    assert _submit() == first
    assert service.private_key(submission_key=draft().submission_key) == _key()


def test_the_same_form_from_sixteen_threads_is_one_report() -> None:
    gate = threading.Barrier(16)

    def send(_: int) -> str:
        gate.wait()
        return _submit().reference

    with ThreadPoolExecutor(16) as pool:
        references = set(pool.map(send, range(16)))
    assert len(references) == 1
    assert len(service.list_desk(actor=DISPATCHER, desk=COMMUNITY).rows) == 1


def test_the_same_form_with_other_words_is_refused_and_the_first_is_kept() -> None:
    first = _submit()
    with pytest.raises(domain.SentBefore) as caught:
        _submit(description="另外一件事情，路灯不亮了")
    assert first.reference[:4] in str(caught.value)
    assert repository.find_report(first.reference) == first


def test_another_form_that_meets_a_taken_reference_gets_the_next_one() -> None:
    first = _submit()
    real = privacy.keyed_code

    def clashing(purpose: str, text: str, length: int) -> str:
        return first.reference if purpose == "reference" and "#" not in text else real(purpose, text, length)

    with mock.patch.object(privacy, "keyed_code", clashing):
        second = _submit(submission_key="another-form-key-0001")
    assert second.reference != first.reference
    assert second.form_hash != first.form_hash


def test_an_answer_lost_after_the_commit_is_read_back() -> None:
    door: Any = db.shared().client._endpoint.http_session
    send = door.send
    lost: list[Any] = []

    def losing(request: Any) -> Any:
        answer = send(request)
        if not lost and b"PutItem" in request.headers.get("X-Amz-Target", b""):
            lost.append(request)
            raise botocore.exceptions.ReadTimeoutError(endpoint_url=request.url)
        return answer

    with mock.patch.object(door, "send", losing):
        new = _submit()
    assert lost
    assert repository.find_report(new.reference) == new


def test_when_storage_stores_nothing_the_sender_is_told_so() -> None:
    with mock.patch.object(repository, "add_report", side_effect=Busy), pytest.raises(Busy):
        _submit()
    assert service.list_desk(actor=DISPATCHER, desk=COMMUNITY).rows == []


def test_an_unknown_category_is_refused_before_anything_is_stored() -> None:
    with pytest.raises(domain.UnknownCategory):
        _submit(category="77")
    assert service.list_desk(actor=DISPATCHER, desk=COMMUNITY).rows == []


def test_an_address_may_send_thirty_reports_in_ten_minutes_and_others_go_on() -> None:
    for number in range(30):
        form = draft(submission_key=f"form-number-{number:05d}")
        service.submit_report(draft=form, now=NOW, address="10.0.0.1")
    with pytest.raises(TooMany) as caught:
        service.submit_report(draft=draft(submission_key="one-form-too-many"), now=NOW, address="10.0.0.1")
    assert 0 < caught.value.retry_after <= 600
    service.submit_report(draft=draft(submission_key="one-form-from-next-door"), now=NOW, address="10.0.0.2")
    later = NOW + timedelta(minutes=10)
    service.submit_report(draft=draft(submission_key="one-form-ten-minutes-on"), now=later, address="10.0.0.1")


def test_a_placard_takes_only_so_many_whoever_sends() -> None:
    for number in range(RULES.limits.placard_reports):
        form = draft(submission_key=f"form-number-{number:05d}")
        service.submit_report(draft=form, now=NOW, address=f"10.0.0.{number}")
    with pytest.raises(TooMany):
        service.submit_report(draft=draft(submission_key="one-form-too-many"), now=NOW, address="10.9.9.9")


def test_a_counter_that_does_not_answer_stops_no_report() -> None:
    with mock.patch.object(limits, "hit", side_effect=Busy):
        new = service.submit_report(draft=draft(), now=NOW, address="10.0.0.1")
    assert repository.find_report(new.reference) == new


def test_ratings_from_eight_taps_at_once_count_once() -> None:
    closed = _closed()
    gate = threading.Barrier(8)

    def rate(stars: int) -> None:
        gate.wait()
        with suppress(domain.OnlyOnce):
            service.rate_report(reference=closed.reference, key=_key(), rating=stars % 5 + 1, now=NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(rate, range(8)))
    now = repository.find_report(closed.reference)
    assert now is not None
    assert now.version == closed.version + 1
    assert now.rating == now.history[-1].data["rating"]


def test_a_promise_is_broken_only_when_the_time_told_has_passed() -> None:
    sent = _dispatched()
    assert sent.due_at is not None
    assert sent.promised_at is not None
    unsigned = sent.due_at + timedelta(minutes=1)
    assert (sent.overdue(unsigned), sent.broke_promise(unsigned)) == (True, False)
    assert sent.broke_promise(sent.promised_at + timedelta(minutes=1))


def test_a_phone_is_stored_only_encrypted_and_hashed() -> None:
    new = _submit(phone="13912345678")
    text = json.dumps(models.ReportItem.get(models.report_key(new.reference), models.REPORT).serialize())
    assert "13912345678" not in text
    assert service.tail_fits(report=new, tail="5678")
    assert not service.tail_fits(report=new, tail="5679")
    assert _key() not in text


def test_a_signed_in_volunteers_report_is_linked() -> None:
    new = service.submit_report(draft=draft(), now=NOW, actor=VOLUNTEER)
    assert (new.volunteer, new.history[0].actor, new.history[0].role) == ("V1", "V1", "volunteer")
    assert [row.reference for row in service.list_own(volunteer="V1").items] == [new.reference]


def test_staff_write_down_a_call_for_someone_who_stays_anonymous() -> None:
    form = draft(channel=domain.Channel.PHONE)
    new = service.submit_report(draft=form, now=NOW, actor=DISPATCHER)
    assert (new.volunteer, new.channel, new.history[0].actor) == ("", domain.Channel.PHONE, "dina")


def test_the_desk_and_the_due_time_follow_the_move() -> None:
    at = _dispatched()
    assert (at.desk, at.due_at, at.promised_at) == (SAN, _local("2026-11-20T11:00"), _local("2026-11-20T15:30"))
    at = service.sign_report(actor=HANDLER, reference=at.reference, version=3, now=NOW)
    assert at.due_at == at.promised_at
    at = service.start_report(actor=HANDLER, reference=at.reference, version=4, now=NOW, note="已联系")
    at = service.handle_report(actor=HANDLER, reference=at.reference, version=5, result=RESULT, now=NOW)
    assert (at.desk, at.due_at) == (COMMUNITY, _local("2026-11-23T18:00"))
    at = service.verify_report(actor=VERIFIER, reference=at.reference, version=6, now=NOW)
    assert at.due_at == _local("2026-11-23T18:00")
    at = service.close_report(actor=VERIFIER, reference=at.reference, version=7, note="看过了", now=NOW)
    assert (at.desk, at.due_at, at.closed_at) == ("", None, NOW)
    assert repository.find_whole(at.reference) == at


def test_a_stale_page_changes_nothing_and_shows_the_report_as_it_is() -> None:
    filed = _filed()
    with pytest.raises(domain.Stale) as caught:
        service.reject_report(
            actor=DISPATCHER, reference=filed.reference, version=1, reason_code="out_of_area", note="不归我们", now=NOW
        )
    assert caught.value.report == filed
    assert repository.find_report(filed.reference) == filed


def test_two_people_at_once_make_one_move() -> None:
    new = _submit()
    gate = threading.Barrier(8)

    def file(number: int) -> bool:
        gate.wait()
        try:
            service.file_report(
                actor=staff(f"d{number}", Role.DISPATCHER),
                reference=new.reference,
                version=1,
                subcategory="0104",
                urgency="P3",
                now=NOW,
            )
        except domain.Stale:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(file, range(8))) == 1
    now = repository.find_report(new.reference)
    assert now is not None
    assert [step.seq for step in now.history] == [1, 2]


def test_a_person_of_another_community_is_told_that_there_is_no_such_report() -> None:
    new = _submit()
    with pytest.raises(domain.UnknownReport):
        service.get_report(actor=ELSEWHERE, reference=new.reference)
    with pytest.raises(domain.UnknownReport):
        service.file_report(
            actor=ELSEWHERE, reference=new.reference, version=1, subcategory="0104", urgency="P3", now=NOW
        )


def test_a_handler_sees_the_report_once_it_is_on_the_desk_and_after() -> None:
    new = _submit()
    with pytest.raises(domain.UnknownReport):
        service.get_report(actor=HANDLER, reference=new.reference)
    closed = _closed()
    assert service.get_report(actor=HANDLER, reference=closed.reference) == closed


def test_a_grid_worker_files_what_the_grid_can_solve_and_no_more() -> None:
    new = _submit()
    with pytest.raises(domain.NotYourLevel):
        service.file_report(
            actor=GRID_WORKER, reference=new.reference, version=1, subcategory="0203", urgency="P3", now=NOW
        )
    filed = service.file_report(
        actor=GRID_WORKER, reference=new.reference, version=1, subcategory="0104", urgency="P3", now=NOW
    )
    assert filed.filers == ("gao",)


def test_a_complaint_about_staff_leaves_the_communitys_sight_when_it_is_filed() -> None:
    filed = _filed("1202")
    assert (filed.desk, filed.confidential) == (STREET, True)
    with pytest.raises(domain.UnknownReport):
        service.get_report(actor=ADMIN, reference=filed.reference)
    street = staff("sun", Role.DISPATCHER, STREET, scope=STREET)
    assert service.get_report(actor=street, reference=filed.reference) == filed
    sent = service.dispatch_report(actor=street, reference=filed.reference, version=2, department="STR", now=NOW)
    assert sent.desk == "320105#STR"


def test_rejecting_needs_a_reason_of_the_list_and_ends_the_report() -> None:
    new = _submit()
    reason = {"reason_code": "because", "note": "不归我们管"}
    with pytest.raises(domain.UnknownCategory):
        service.reject_report(actor=DISPATCHER, reference=new.reference, version=1, now=NOW, **reason)
    reason["reason_code"] = "out_of_area"
    done = service.reject_report(actor=DISPATCHER, reference=new.reference, version=1, now=NOW, **reason)
    assert (done.state, done.due_at) == (State.REJECTED, None)
    assert service.list_desk(actor=DISPATCHER, desk=COMMUNITY).rows == []


def test_rework_goes_back_to_the_department_with_a_new_promise() -> None:
    at = _handled()
    back = service.rework_report(actor=VERIFIER, reference=at.reference, version=at.version, reason="还有味道", now=NOW)
    assert (back.state, back.desk, back.reworks) == (State.IN_PROGRESS, SAN, 1)
    assert back.promised_at == back.due_at == _local("2026-11-20T15:30")


def test_a_closed_report_is_rated_once_with_the_private_link() -> None:
    closed = _closed()
    with pytest.raises(domain.WrongKey):
        service.rate_report(reference=closed.reference, key="wrong", rating=5, now=NOW)
    rated = service.rate_report(reference=closed.reference, key=_key(), rating=4, now=NOW)
    assert rated.rating == 4
    with pytest.raises(domain.OnlyOnce):
        service.rate_report(reference=closed.reference, key=_key(), rating=1, now=NOW)
    assert service.list_solved(community=COMMUNITY, month=Month(2026, 11))[0].rating == 4


def test_rating_ends_seven_days_after_the_close() -> None:
    closed = _closed()
    with pytest.raises(domain.TooLate):
        service.rate_report(reference=closed.reference, key=_key(), rating=5, now=NOW + timedelta(days=7, seconds=1))


def test_not_solved_sends_it_back_once_and_takes_it_off_the_board() -> None:
    closed = _closed()
    back = service.reopen_report(reference=closed.reference, key=_key(), now=NOW, reason="又满了")
    assert (back.state, back.desk, back.reopened, back.closed_at) == (State.IN_PROGRESS, SAN, 1, None)
    assert service.list_solved(community=COMMUNITY, month=Month(2026, 11)) == []
    at = service.handle_report(actor=HANDLER, reference=back.reference, version=back.version, result=RESULT, now=NOW)
    at = service.verify_report(actor=VERIFIER, reference=at.reference, version=at.version, now=NOW)
    service.close_report(actor=VERIFIER, reference=at.reference, version=at.version, note="看过了", now=NOW)
    with pytest.raises(domain.OnlyOnce):
        service.reopen_report(reference=closed.reference, key=_key(), now=NOW)


def test_a_report_is_withdrawn_by_its_sender_before_it_is_filed() -> None:
    new = _submit()
    done = service.withdraw_report(reference=new.reference, key=_key(), now=NOW)
    assert (done.state, done.desk) == (State.WITHDRAWN, "")
    with pytest.raises(workflow.WrongState):
        service.withdraw_report(reference=new.reference, key=_key(), now=NOW)


def test_a_volunteer_claims_an_anonymous_report_with_its_private_link() -> None:
    new = _submit()
    claimed = service.claim_report(actor=VOLUNTEER, reference=new.reference, key=_key(), now=NOW)
    assert (claimed.volunteer, claimed.state, claimed.due_at) == ("V1", State.SUBMITTED, new.due_at)
    assert claimed.history[-1].type == "report.claimed"
    with pytest.raises(domain.OnlyOnce):
        service.claim_report(actor=replace(VOLUNTEER, id="V2"), reference=new.reference, key=_key(), now=NOW)


def test_a_claim_is_for_volunteers_of_the_reports_own_community() -> None:
    """Points and scores are kept by community: elsewhere nobody would ever see them."""
    new = _submit()
    stranger = replace(VOLUNTEER, scope="320105902902")
    with pytest.raises(workflow.MoveRefused):
        service.claim_report(actor=stranger, reference=new.reference, key=_key(), now=NOW)
    found = repository.find_report(new.reference)
    assert found == new


def test_a_claim_comes_within_a_day() -> None:
    new = _submit()
    late = NOW + timedelta(hours=24, seconds=1)
    with pytest.raises(domain.TooLate):
        service.claim_report(actor=VOLUNTEER, reference=new.reference, key=_key(), now=late)


def test_revealing_a_phone_leaves_a_line_in_the_history() -> None:
    new = _submit(phone="13912345678")
    seen, phone = service.reveal_phone(actor=DISPATCHER, reference=new.reference, version=1, reason="核对地点", now=NOW)
    assert phone == "13912345678"
    last = seen.history[-1]
    assert (last.type, last.actor, last.data) == ("report.phone_revealed", "dina", {"reason": "核对地点"})
    assert "13912345678" not in json.dumps([models.line(step) for step in seen.history])
    assert (seen.state, seen.due_at) == (new.state, new.due_at)


def test_the_phone_behind_a_tip_stays_hidden_from_the_communitys_staff() -> None:
    filed = _filed("0701", phone="13912345678")
    with pytest.raises(Refused):
        service.reveal_phone(actor=ADMIN, reference=filed.reference, version=2, reason="想知道是谁", now=NOW)


def test_following_shows_details_only_with_the_link_or_the_last_digits() -> None:
    new = _submit(phone="13912345678")

    def follow(**given: str) -> tuple[bool, bool]:
        found = service.follow_report(reference=new.reference, now=NOW, **given)
        return found.known, found.keyed

    assert follow() == (False, False)
    assert follow(key=_key()) == (True, True)
    assert follow(key="X" * 24) == (False, False)
    assert follow(tail="5678") == (True, False)
    assert follow(tail="0000") == (False, False)


def test_last_digits_may_be_tried_five_times() -> None:
    new = _submit(phone="13912345678")
    for number in range(RULES.limits.tail_tries):
        service.follow_report(reference=new.reference, now=NOW, tail=f"000{number}")
    with pytest.raises(TooMany):
        service.follow_report(reference=new.reference, now=NOW, tail="5678")


@pytest.mark.parametrize("typed", ["nx7k-42qm", " NX7K 42QM ", "NX7K—42QM"])
def test_a_reference_is_read_as_people_type_it(typed: str) -> None:
    assert service.read_reference(typed) == "NX7K42QM"


@pytest.mark.parametrize("typed", ["", "NX7K42Q", "NX7K42QO", "../../etc", "😀" * 8, "NX7K42QM" * 2, "N" * 10_000])
def test_what_is_no_reference_is_as_unknown_as_a_wrong_one(typed: str) -> None:
    with pytest.raises(domain.UnknownReport):
        service.follow_report(reference=typed, now=NOW)


def test_last_digits_cannot_be_guessed_through_by_patience() -> None:
    """Ten thousand endings at five in ten minutes would be a fortnight's work."""
    new, tried = _submit(phone="13912345678"), 0
    for window in range(24 * 6):
        for _ in range(RULES.limits.tail_tries):
            with suppress(TooMany):
                at = NOW.replace(hour=0) + timedelta(minutes=10 * window)
                service.follow_report(reference=new.reference, now=at, tail="0000")
                tried += 1
    assert tried == RULES.limits.tail_tries_a_day == 20
    tomorrow = NOW.replace(hour=0) + timedelta(days=1)
    assert service.follow_report(reference=new.reference, now=tomorrow, tail="5678").known


def test_misses_of_an_address_are_counted_and_hits_are_free() -> None:
    new = _submit()
    for _ in range(RULES.limits.address_lookups):
        with pytest.raises(domain.UnknownReport):
            service.follow_report(reference="22222222", now=NOW, address="10.0.0.1")
    with pytest.raises(TooMany):
        service.follow_report(reference="22222223", now=NOW, address="10.0.0.1")
    assert service.follow_report(reference=new.reference, now=NOW, address="10.0.0.1").report == new


def test_a_desk_is_read_only_by_who_holds_it() -> None:
    with pytest.raises(domain.NotYourDesk):
        service.list_desk(actor=HANDLER, desk=COMMUNITY)
    assert service.list_desk(actor=AUDITOR, desk="none").rows == []


def test_a_filter_by_state_says_how_many_it_looked_at() -> None:
    _filed()
    _submit(submission_key="another-form-key-0001")
    desk = service.list_desk(actor=DISPATCHER, desk=COMMUNITY, state=State.FILED)
    assert ([row.state for row in desk.rows], desk.looked_at) == ([State.FILED], 2)


def test_the_clock_notes_a_late_report_once_and_the_next_move_clears_it() -> None:
    new = _submit()
    late = NOW + timedelta(days=3)
    assert service.mark_late(now=NOW) == 0
    assert (service.mark_late(now=late), service.mark_late(now=late)) == (1, 0)
    marked = repository.find_report(new.reference)
    assert marked is not None
    assert (marked.late_at, marked.history[-1].type, marked.due_at) == (late, "report.overdue", new.due_at)
    filed = service.file_report(
        actor=DISPATCHER, reference=new.reference, version=2, subcategory="0104", urgency="P3", now=late
    )
    assert filed.late_at is None


def test_history_is_paged_past_three_kilobytes_and_nothing_is_lost() -> None:
    at = _submit(phone="13912345678")
    assert service.page_history(reference=at.reference) is False
    for _ in range(20):
        at, _phone = service.reveal_phone(
            actor=DISPATCHER, reference=at.reference, version=at.version, reason="核对地点" * 10, now=NOW
        )
    assert service.page_history(reference=at.reference) is False  # it may still be claimed and paid for its filing
    later = NOW + timedelta(hours=25)
    service.reject_report(
        actor=DISPATCHER, reference=at.reference, version=21, reason_code="out_of_area", note="归隔壁管", now=later
    )
    assert service.page_history(reference=at.reference) is True
    whole = service.get_report(actor=DISPATCHER, reference=at.reference)
    assert [step.seq for step in whole.history] == list(range(1, 23))
    assert service.page_history(reference="22222222") is False


def test_a_closed_report_keeps_the_line_that_a_reopening_takes_the_points_of() -> None:
    at = _closed(phone="13912345678")
    for _ in range(12):
        at, _phone = service.reveal_phone(
            actor=DISPATCHER, reference=at.reference, version=at.version, reason="回访" * 40, now=NOW
        )
        service.page_history(reference=at.reference)
    service.reopen_report(reference=at.reference, key=_key(), now=NOW + timedelta(days=2))
    item = models.ReportItem.get(models.report_key(at.reference), models.REPORT)
    reopened = events.from_stream({"dynamodb": {"NewImage": item.serialize()}})[-1]
    assert reopened.name == "report.reopened"
    assert "report.closed" in [line["type"] for line in reopened.history]
    assert service.page_history(reference=at.reference) is True


def test_a_deed_tells_the_stream_what_others_need() -> None:
    closed = _closed(phone="13912345678")
    item = models.ReportItem.get(models.report_key(closed.reference), models.REPORT)
    happened = events.from_stream({"dynamodb": {"NewImage": item.serialize()}})
    assert [event.name for event in happened][-2:] == ["report.verified", "report.closed"]
    deed = happened[-1].deed
    assert {
        name: deed[name] for name in ("reference", "community", "category", "subcategory", "volunteer", "state")
    } == {
        "reference": closed.reference,
        "community": COMMUNITY,
        "category": "01",
        "subcategory": "0104",
        "volunteer": "",
        "state": "closed",
    }
