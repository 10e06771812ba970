"""Roles, names, passwords and session limits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import errors, workflow
from portal.accounts import domain
from portal.workflow import STAFF_ROLES, Actor, Role

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LUSHAN = "320105902901"
ADMIN = Actor(id="staff:admin", roles=frozenset({Role.COMMUNITY_ADMIN}), scope=LUSHAN)


def staff(**changes: object) -> domain.Staff:
    known: dict[str, object] = {
        "username": "chen.lan",
        "name": "陈兰",
        "roles": frozenset({Role.HANDLER}),
        "scope": LUSHAN,
    }
    return domain.Staff(**{**known, **changes})  # type: ignore[arg-type]  # changes name the fields


@given(st.sets(st.sampled_from(sorted(STAFF_ROLES)), min_size=2))
def test_an_auditor_holds_no_other_role(roles: set[Role]) -> None:
    if Role.AUDITOR in roles:
        with pytest.raises(domain.RolesClash):
            domain.check_roles(roles=roles)


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_every_role_may_be_held_alone_and_has_a_name(role: Role) -> None:
    domain.check_roles(roles={role})
    assert domain.ROLE_NAMES[role]


def test_the_two_pairs_of_eyes_belong_to_two_people() -> None:
    with pytest.raises(domain.RolesClash) as refused:
        domain.check_roles(roles={Role.COMMUNITY_ADMIN, Role.SECOND_APPROVER})
    assert "roles" in refused.value.fields


def test_nobody_is_staff_without_a_role() -> None:
    with pytest.raises(domain.RolesClash):
        domain.check_roles(roles=())


@pytest.mark.parametrize("username", ["chen.lan", "a12", "grid-worker_01"])
def test_plain_usernames_are_taken(username: str) -> None:
    domain.check_username(username=username)


@pytest.mark.parametrize("username", ["", "ab", "1abc", "陈兰", "a b c", "a" * 33, "chen#lan", "chen.lan\n"])
def test_other_usernames_are_refused(username: str) -> None:
    with pytest.raises(errors.Invalid):
        domain.check_username(username=username)


@pytest.mark.parametrize("password", ["correct horse", "我家门前有两棵大树呀", "x7!qp" * 6])
def test_length_makes_a_password(password: str) -> None:
    domain.check_password(password=password, username="chen.lan")


@pytest.mark.parametrize("password", ["short", "a" * 20, "abababababab", "chen.lan2026", "Chen.Lan-long", "x7!q" * 40])
def test_short_plain_and_endless_passwords_are_refused(password: str) -> None:
    with pytest.raises(domain.WeakPassword):
        domain.check_password(password=password, username="chen.lan")


def test_a_new_password_is_another_one() -> None:
    with pytest.raises(domain.WeakPassword):
        domain.check_password(password="correct horse", username="chen.lan", old="correct horse")


@pytest.mark.parametrize("scope", ["", "32", "3201059029011", "32010590290x", "３２０１０５", "320105902902", "320105"])
def test_an_administrator_gives_no_area_outside_their_own(scope: str) -> None:
    with pytest.raises(domain.OutsideScope):
        domain.check_places(actor=ADMIN, scope=scope, desks=())


def test_the_command_line_may_give_every_area_and_department_desk() -> None:
    domain.check_places(actor=workflow.SYSTEM, scope="320105", desks=("320105#MUN", LUSHAN))


@pytest.mark.parametrize("act", [act.name for act in domain.ACTS])
def test_acts_belong_to_administrators_and_never_to_oneself(act: str) -> None:
    state = domain.LEFT if act == "return" else domain.ACTIVE
    assert domain.check_act(name=act, staff=staff(state=state), actor=ADMIN).name == act
    with pytest.raises(domain.NotOneself):
        domain.check_act(name=act, staff=staff(state=state, username="admin"), actor=ADMIN)
    for role in STAFF_ROLES - {Role.COMMUNITY_ADMIN}:
        with pytest.raises(workflow.MoveRefused):
            domain.check_act(
                name=act, staff=staff(state=state), actor=Actor(id="x", roles=frozenset({role}), scope="320105")
            )


def test_someone_who_left_can_only_return() -> None:
    allowed = workflow.allowed(domain.ACTS, state=domain.LEFT, actor=ADMIN, deed=staff(state=domain.LEFT))
    assert [act.name for act in allowed] == ["return"]


def test_a_person_with_a_temporary_password_enters_without_roles() -> None:
    assert staff(password_until=NOW).entering(totp_required=False).roles == frozenset()
    assert staff().entering(totp_required=True).roles == frozenset()
    assert staff(second_factor=True).entering(totp_required=True).roles == {Role.HANDLER}


@given(st.integers(0, 60 * 24), st.integers(0, 60 * 24))
def test_a_session_is_over_by_age_or_by_pause(age: int, pause: int) -> None:
    now = NOW + timedelta(minutes=age)
    session = domain.Session(
        actor=ADMIN,
        started_at=NOW,
        ends_at=NOW + domain.STAFF_SESSION,
        seen_at=now - timedelta(minutes=min(pause, age)),
        idle=domain.STAFF_IDLE,
    )
    assert session.ended(now) == (age >= 12 * 60 or min(pause, age) >= 2 * 60)
