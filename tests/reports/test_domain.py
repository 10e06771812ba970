from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import workflow
from portal.areas.domain import parse_limit
from portal.errors import Refused
from portal.reports import domain
from portal.reports.domain import Flag, State
from portal.workflow import Actor, Role
from tests.reports.build import (
    ADMIN,
    AUDITOR,
    COMMUNITY,
    DISPATCHER,
    ELSEWHERE,
    EVERYONE,
    GRID_WORKER,
    HANDLER,
    NOW,
    RULES,
    SAN,
    STREET,
    VERIFIER,
    VOLUNTEER,
    report,
    staff,
)

NAMES = sorted({move.name for move in domain.MOVES})


def _desk_after(name: str, before: domain.Report) -> str:
    if name in {"dispatch", "rework", "reopen"}:
        return SAN
    return before.home_desk if name == "handle" else before.desk


def _make(before: domain.Report, name: str, actor: Actor) -> domain.Report:
    move = domain.check_move(report=before, name=name, actor=actor)
    changes: dict[str, object] = {"desk": _desk_after(name, before)}
    if name in {"file", "dispatch"}:
        changes["filers"] = (*before.filers, actor.id)
    if name == "dispatch":
        changes["held"] = (*before.held, SAN)
    if name in {"sign", "start", "handle"}:
        changes["handlers"] = (*before.handlers, actor.id)
    return domain.advance(report=before, move=move, actor=actor, now=NOW, data={}, **changes)


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(EVERYONE)), max_size=40))
def test_no_sequence_of_moves_leaves_the_table_and_history_grows_without_gaps(tries: list[tuple[str, Actor]]) -> None:
    now = report()
    for name, actor in tries:
        before = now
        try:
            now = _make(before, name, actor)
        except (Refused, workflow.WrongState):
            continue
        row = next(m for m in domain.MOVES if m.name == name and before.state in m.sources and actor.roles & m.roles)
        assert now.state == row.target
        assert now.history[:-1] == before.history
        assert [step.seq for step in now.history] == list(range(1, now.version + 1))
    assert not set(now.handlers) & set(now.filers)


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(EVERYONE)), max_size=60))
def test_a_report_is_closed_only_by_someone_who_did_not_handle_it(tries: list[tuple[str, Actor]]) -> None:
    now = report()
    for name, actor in tries:
        try:
            now = _make(now, name, actor)
        except (Refused, workflow.WrongState):
            continue
        if name == "close":
            assert actor.id not in now.handlers


def _walk(*moves: tuple[str, Actor]) -> domain.Report:
    now = report()
    for name, actor in moves:
        now = _make(now, name, actor)
    return now


HANDLED = (("file", DISPATCHER), ("dispatch", DISPATCHER), ("sign", HANDLER), ("start", HANDLER), ("handle", HANDLER))


def test_the_whole_way_from_the_placard_to_a_verified_close() -> None:
    done = _walk(*HANDLED, ("verify", VERIFIER), ("close", VERIFIER))
    assert done.state == State.CLOSED
    assert [step.type for step in done.history][1:] == [
        "report.filed", "report.dispatched", "report.signed", "report.started", "report.handled", "report.verified",
        "report.closed",
    ]  # fmt: skip


def test_the_handler_cannot_verify_his_own_work_whatever_roles_he_also_holds() -> None:
    both = Actor(id=HANDLER.id, roles=frozenset({Role.HANDLER, Role.VERIFIER}), scope=COMMUNITY, desks=(COMMUNITY, SAN))
    with pytest.raises(domain.OwnWork):
        domain.check_move(report=_walk(*HANDLED), name="verify", actor=both)


def test_a_colleague_of_the_handling_department_cannot_verify_either() -> None:
    colleague = staff("hao", Role.VERIFIER, COMMUNITY, SAN)
    with pytest.raises(domain.OwnWork):
        domain.check_move(report=_walk(*HANDLED), name="verify", actor=colleague)


def test_who_dispatched_a_report_cannot_sign_for_it() -> None:
    both = Actor(id=DISPATCHER.id, roles=frozenset({Role.HANDLER}), scope=COMMUNITY, desks=(SAN,))
    with pytest.raises(domain.OwnDispatch):
        domain.check_move(report=_walk(*HANDLED[:2]), name="sign", actor=both)


def test_a_report_on_another_desk_is_not_yours_to_move() -> None:
    with pytest.raises(domain.NotYourDesk):
        domain.check_move(report=report(), name="file", actor=ELSEWHERE)


def test_rework_sends_it_back_to_the_handler() -> None:
    again = _walk(*HANDLED, ("verify", VERIFIER), ("rework", VERIFIER))
    assert again.state == State.IN_PROGRESS
    assert [move.name for move in domain.desk_moves(report=again, actor=HANDLER)] == ["handle"]


def test_the_forms_offered_are_the_moves_allowed() -> None:
    assert [move.name for move in domain.desk_moves(report=report(), actor=DISPATCHER)] == ["file", "reject"]
    assert [move.name for move in domain.desk_moves(report=report(), actor=GRID_WORKER)] == ["file"]
    assert domain.desk_moves(report=report(), actor=AUDITOR) == []


def test_a_grid_worker_files_only_what_the_grid_can_solve() -> None:
    domain.check_level(subcategory=RULES.subcategory("0101"), actor=GRID_WORKER)
    with pytest.raises(domain.NotYourLevel):
        domain.check_level(subcategory=RULES.subcategory("0203"), actor=GRID_WORKER)


def _reporter(on: domain.Report, days: float) -> list[str]:
    later = NOW + timedelta(days=days)
    return domain.reporter_moves(report=on, actor=domain.REPORTER, rules=RULES, now=later)


def test_a_closed_report_is_rated_once_and_reopened_once_within_seven_days() -> None:
    closed = report(state=State.CLOSED, closed_at=NOW)
    assert _reporter(closed, 7) == ["rate", "reopen"]
    assert _reporter(closed, 7.01) == []
    assert _reporter(replace(closed, rating=4), 1) == ["reopen"]
    assert _reporter(replace(closed, reopened=1), 1) == ["rate"]


def test_a_report_is_withdrawn_only_before_it_is_filed() -> None:
    assert _reporter(report(), 0) == ["withdraw"]
    assert _reporter(report(state=State.FILED), 0) == []


def test_a_volunteer_claims_an_anonymous_report_within_a_day() -> None:
    def claims(on: domain.Report, hours: float) -> list[str]:
        return domain.reporter_moves(report=on, actor=VOLUNTEER, rules=RULES, now=NOW + timedelta(hours=hours))

    assert claims(report(), 24) == ["claim"]
    assert claims(report(), 24.1) == []
    assert claims(report(volunteer="V2"), 1) == []


def test_a_handler_sees_only_what_is_or_was_on_the_desk() -> None:
    assert not domain.may_see(report=report(), actor=HANDLER)
    assert domain.may_see(report=report(desk=SAN, held=(SAN,)), actor=HANDLER)
    assert domain.may_see(report=report(held=(SAN,)), actor=HANDLER)


def test_nobody_sees_another_communitys_report() -> None:
    assert not domain.may_see(report=report(), actor=ELSEWHERE)
    assert domain.may_see(report=report(), actor=ADMIN)
    assert domain.may_see(report=report(), actor=AUDITOR)


def test_a_complaint_about_staff_stays_hidden_from_the_communitys_own_staff() -> None:
    complaint = report(above=True, desk=STREET)
    assert complaint.home_desk == STREET
    assert not domain.may_see(report=complaint, actor=ADMIN)
    assert domain.may_see(report=complaint, actor=staff("sun", Role.DISPATCHER, STREET, scope=STREET))


def test_a_phone_is_revealed_only_where_there_is_one_and_to_who_may_see_it() -> None:
    with_phone = report(phone_token="sealed-text")
    assert domain.check_move(report=with_phone, name="reveal", actor=DISPATCHER).event == "report.phone_revealed"
    for case, actor in ((report(), DISPATCHER), (with_phone, ELSEWHERE), (replace(with_phone, sealed=True), ADMIN)):
        with pytest.raises(Refused):
            domain.check_move(report=case, name="reveal", actor=actor)


def test_there_are_twelve_tiles_and_not_sure_last() -> None:
    assert len(RULES.tiles) == 13
    assert RULES.tiles[-1].code == domain.NOT_SURE
    assert all(len(RULES.of_category(tile.code)) == 6 for tile in RULES.tiles[:12])


def test_every_limit_of_the_rules_can_be_counted() -> None:
    for each in RULES.subcategories.values():
        for limit in filter(None, (each.limit, each.safe, domain.share(each.limit, 25), domain.share(each.limit, 50))):
            assert parse_limit(limit)[0] > 0


@pytest.mark.parametrize(
    ("code", "urgency", "level", "department", "limit"),
    [
        ("0101", "P3", 1, "SAN", "4wh"),
        ("0201", "P1", 3, "MUN", "24eh"),
        ("0501", "P4", 3, "URB", "20wd"),
        ("0803", "P2", 3, "HRS", "10wd"),
        ("1106", "P3", 3, "ECO", "5wd"),
        ("1202", "P3", 3, "STR", "5wd"),
    ],
)
def test_the_golden_rows_of_the_taxonomy(code: str, urgency: str, level: int, department: str, limit: str) -> None:
    row = RULES.subcategory(code)
    assert (row.urgency, row.level, row.department, row.limit) == (urgency, level, department, limit)


def test_the_flags_of_the_taxonomy() -> None:
    def flagged(flag: Flag) -> set[str]:
        return {each.code for each in RULES.subcategories.values() if each.has(flag)}

    assert flagged(Flag.STAFF) == {"0605", "0706", "0806"}
    assert flagged(Flag.UNPAID) == {"0501", "0605", "1202"} | {f"0{c}0{n}" for c in (7, 8) for n in range(1, 7)}
    assert {"0701", "0803", "0901", "1202", "1205"} <= flagged(Flag.CONFIDENTIAL)
    assert len(flagged(Flag.CONFIDENTIAL)) == 14
    assert all(each.safe == "2eh" for each in RULES.subcategories.values() if each.urgency == "P1" and each.safe > "1")


def test_an_unknown_category_is_named_by_its_field() -> None:
    with pytest.raises(domain.UnknownCategory) as caught:
        RULES.category("99")
    assert list(caught.value.fields) == ["category"]


@pytest.mark.parametrize(
    ("limit", "per_cent", "expected"),
    [("4wh", 25, "1wh"), ("24eh", 25, "6eh"), ("5wd", 25, "10wh"), ("2wd", 50, "8wh")],
)
def test_a_share_of_a_limit(limit: str, per_cent: int, expected: str) -> None:
    assert domain.share(limit, per_cent) == expected


def test_signing_is_due_by_the_shorter_of_urgency_and_a_quarter_of_the_limit() -> None:
    filed = report(state=State.FILED, subcategory="0101")
    due = domain.due_next(name="dispatch", report=filed, rules=RULES, now=NOW)
    assert due is not None
    assert (due.limits, due.longest) == (("1wd", "1wh"), False)


def test_rework_gets_half_the_limit_and_at_least_four_working_hours() -> None:
    due = domain.due_next(name="rework", report=report(subcategory="0101"), rules=RULES, now=NOW)
    assert due is not None
    assert (due.limits, due.longest) == (("2wh", "4wh"), True)


def test_nothing_is_due_after_the_end() -> None:
    for name in ("close", "reject", "withdraw", "rate"):
        assert domain.due_next(name=name, report=report(subcategory="0101"), rules=RULES, now=NOW) is None


def test_names_are_read_in_both_languages() -> None:
    assert RULES.title(category="01", subcategory="0104") == "垃圾桶满溢破损"
    assert RULES.title(category="01", subcategory="0104", language="en") == "Bin overflow"
    assert RULES.title(category="00") == "说不准"
