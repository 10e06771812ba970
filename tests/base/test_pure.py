"""The pure ground: months, moves, ids, masks, settings."""

import base64
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import errors, ids, privacy, workflow
from portal.config import BadSetting, Config
from portal.period import Month, local_day
from portal.workflow import Actor, Move, Role

MONTHS = st.builds(Month, st.integers(2000, 2100), st.integers(1, 12))
LONG = "k" * 40


def test_a_month_turns_at_four_in_the_afternoon_utc() -> None:
    edge = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
    assert Month.of(edge - timedelta(seconds=1)) == Month(2026, 10)
    assert Month.of(edge) == Month(2026, 11)
    assert edge in Month(2026, 11)
    assert local_day(edge) == date(2026, 11, 1)


@given(MONTHS, st.integers(-500, 500))
def test_months_add_up(month: Month, count: int) -> None:
    assert month.plus(count).plus(-count) == month
    assert Month.parse(str(month)) == month
    assert month.end == month.next().start


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "26-01", "", "2026-01-01", "２０２６-01", "9999-12"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the standard library's own error is the promise
        Month.parse(text)


def test_a_naive_instant_has_no_day() -> None:
    with pytest.raises(ValueError, match="naive"):
        local_day(datetime(2026, 1, 1))  # noqa: DTZ001 - the fault under test


def test_a_keyed_code_is_the_same_each_time_and_another_with_another_key() -> None:
    assert ids.keyed_code(LONG, "text", 8) == ids.keyed_code(LONG, "text", 8) != ids.keyed_code("other", "text", 8)
    assert set(ids.keyed_code(LONG, "text", 8)) <= set(ids.ALPHABET)


def settings(**changes: str) -> Config:
    names = {
        "YIZHAN_SECRET_KEY": LONG,
        "YIZHAN_LOOKUP_KEY": LONG,
        "YIZHAN_FIELD_KEY": base64.b64encode(bytes(32)).decode(),
        "YIZHAN_BASE_URL": "https://ls.example.cn",
    }
    return Config.from_env(names | changes)


@pytest.mark.parametrize(
    "fault",
    [{"YIZHAN_SECRET_KEY": "short"}, {"YIZHAN_LOOKUP_KEY": "local-" + LONG}, {"YIZHAN_BASE_URL": "http://ls.cn"}],
)
def test_an_unsafe_deployment_does_not_start(fault: dict[str, str]) -> None:
    with pytest.raises(BadSetting):
        settings(**fault)


def test_a_field_is_readable_in_its_own_record_only() -> None:
    privacy.bind(settings())
    token = privacy.encrypt("13812341234", "report:A:phone")
    assert "1381234" not in token
    assert privacy.decrypt(token, "report:A:phone") == "13812341234"
    with pytest.raises(privacy.Unreadable):
        privacy.decrypt(token, "report:B:phone")


@pytest.mark.parametrize(("name", "masked"), [("陈兰", "陈*"), ("陈秀兰", "陈*兰"), ("欧阳明月", "欧*月"), ("", "*")])
def test_names_are_masked_as_public_lists_show_them(name: str, masked: str) -> None:
    assert privacy.mask_name(name) == masked


def only_others(deed: str, actor: Actor) -> None:
    if deed == actor.id:
        raise errors.Refused


ROWS = [
    Move(
        name="verify",
        sources=frozenset({"handled"}),
        target="verified",
        roles=frozenset({Role.VERIFIER}),
        event="report.verified",
        label="核查",
        guard=only_others,
    )
]
VERIFIER = Actor(id="wang", roles=frozenset({Role.VERIFIER}), scope="320105902901")


def test_a_move_is_allowed_by_state_role_and_guard() -> None:
    assert workflow.check(ROWS, name="verify", state="handled", actor=VERIFIER, deed="li").target == "verified"
    with pytest.raises(workflow.WrongState):
        workflow.check(ROWS, name="verify", state="closed", actor=VERIFIER, deed="li")
    with pytest.raises(workflow.MoveRefused):
        workflow.check(ROWS, name="verify", state="handled", actor=Actor(id="x"), deed="li")
    with pytest.raises(errors.Refused):
        workflow.check(ROWS, name="verify", state="handled", actor=VERIFIER, deed="wang")
    assert workflow.allowed(ROWS, state="handled", actor=VERIFIER, deed="wang") == []


def test_a_scope_covers_what_lies_in_it_and_nobody_without_scope_sees_anything() -> None:
    assert VERIFIER.covers("320105902901003")
    assert not VERIFIER.covers("320105902902")
    assert not Actor(id="x").covers("320105902901")
