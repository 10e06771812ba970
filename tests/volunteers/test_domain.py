"""Ages, and the table of a volunteer's moves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import workflow
from portal.errors import PortalError
from portal.volunteers import domain, rules
from portal.workflow import Actor, Role

TODAY = date(2026, 11, 20)
RULES = domain.rules_for(versions=rules.versions(), area="320105902901", on=TODAY)
ADMIN = Actor(id="wang", roles=frozenset({Role.COMMUNITY_ADMIN}), scope="320105902901")
SECOND = Actor(id="sun", roles=frozenset({Role.SECOND_APPROVER}), scope="320105902901")
VOLUNTEER = domain.Volunteer(
    id="VAAA",
    community="320105902901",
    area="320105902901001",
    name="陈小兰",
    phone_masked="138****1234",
    kind=domain.Kind.RETIRED,
    state=domain.State.APPLIED,
    version=1,
    publish_name=False,
    birth_on=date(1960, 5, 1),
    joined_on=TODAY,
    applied_at=datetime(2026, 11, 20, 2, tzinfo=UTC),
    consent_version="2026-11",
)
SELF = Actor(id="VAAA", kind="volunteer", roles=frozenset({Role.VOLUNTEER}), scope="320105902901")
ACTORS = (ADMIN, SECOND, SELF, workflow.SYSTEM)


def application(birth_on: date, guardian: domain.Guardian | None = None) -> domain.Application:
    return domain.Application(
        community="320105902901",
        area="320105902901001",
        name="陈小兰",
        phone="13800001234",
        kind=domain.Kind.OTHER,
        birth_on=birth_on,
        consent_version="2026-11",
        guardian=guardian,
    )


def years_ago(years: int) -> date:
    return TODAY.replace(year=TODAY.year - years)


def check(birth_on: date, guardian: domain.Guardian | None = None) -> None:
    domain.check_age(application=application(birth_on, guardian), today=TODAY, rules=RULES)


MOTHER = domain.Guardian(name="李梅", phone="13900005678")


@pytest.mark.parametrize(("years", "guardian"), [(6, MOTHER), (13, MOTHER), (17, MOTHER), (18, None), (90, None)])
def test_who_is_old_enough_or_has_a_guardian_is_accepted(years: int, guardian: domain.Guardian | None) -> None:
    check(years_ago(years), guardian)


def test_a_child_under_six_is_refused_even_with_a_guardian() -> None:
    with pytest.raises(domain.TooYoung) as refused:
        check(date(2020, 11, 21), MOTHER)
    assert "6" in str(refused.value)
    assert "birth_on" in refused.value.fields


@pytest.mark.parametrize("birth_on", [years_ago(6), years_ago(13), date(2008, 11, 21)])
@pytest.mark.parametrize(
    "guardian", [None, domain.Guardian(name="李梅", phone=""), domain.Guardian(name="", phone="1")]
)
def test_a_minor_needs_a_guardian_with_name_and_phone(birth_on: date, guardian: domain.Guardian | None) -> None:
    with pytest.raises(domain.GuardianNeeded):
        check(birth_on, guardian)


@pytest.mark.parametrize("birth_on", [date(2026, 11, 21), date(1900, 1, 1)])
def test_a_birthday_in_the_future_or_too_long_ago_is_asked_again(birth_on: date) -> None:
    with pytest.raises(domain.BadBirthday):
        check(birth_on)


def test_a_leap_day_child_turns_a_year_older_on_the_first_of_march() -> None:
    assert domain.age_on(birth_on=date(2008, 2, 29), day=date(2026, 2, 28)) == 17
    assert domain.age_on(birth_on=date(2008, 2, 29), day=date(2026, 3, 1)) == 18


def test_a_child_under_ten_serves_with_a_guardian_beside() -> None:
    child = replace(VOLUNTEER, birth_on=years_ago(9))
    assert domain.is_accompanied(volunteer=child, today=TODAY, rules=RULES)
    assert not domain.is_accompanied(volunteer=replace(VOLUNTEER, birth_on=years_ago(10)), today=TODAY, rules=RULES)


@given(birth_on=st.dates(date(1850, 1, 1), date(2100, 1, 1)), has_guardian=st.booleans())
def test_any_birthday_is_accepted_or_answered_with_a_named_error(*, birth_on: date, has_guardian: bool) -> None:
    try:
        check(birth_on, MOTHER if has_guardian else None)
    except (domain.TooYoung, domain.GuardianNeeded, domain.BadBirthday):
        assert not (has_guardian and 6 <= domain.age_on(birth_on=birth_on, day=TODAY) <= 120)
    else:
        age = domain.age_on(birth_on=birth_on, day=TODAY)
        assert age >= 18 or (has_guardian and age >= 6)


def test_nobody_checks_their_own_application() -> None:
    both = replace(ADMIN, id=VOLUNTEER.id)
    with pytest.raises(domain.NotYourself):
        workflow.check(domain.MOVES, name="verify", state="applied", actor=both, deed=VOLUNTEER)


def test_staff_cannot_pause_a_volunteer_and_a_volunteer_cannot_pause_another() -> None:
    with pytest.raises(workflow.MoveRefused):
        workflow.check(domain.MOVES, name="pause", state="active", actor=ADMIN, deed=VOLUNTEER)
    with pytest.raises(domain.OnlyYourself):
        workflow.check(domain.MOVES, name="pause", state="active", actor=replace(SELF, id="VBBB"), deed=VOLUNTEER)


@given(steps=st.lists(st.tuples(st.sampled_from([m.name for m in domain.MOVES]), st.sampled_from(ACTORS)), max_size=12))
def test_no_sequence_of_moves_leaves_the_table(steps: list[tuple[str, Actor]]) -> None:
    state: str = domain.State.APPLIED
    for name, actor in steps:
        deed = replace(VOLUNTEER, state=state)
        try:
            move = workflow.check(domain.MOVES, name=name, state=state, actor=actor, deed=deed)
        except PortalError:
            continue
        assert state not in domain.GONE, "who has left does not come back by a move"
        assert move.target in set(domain.State)
        assert move.target != domain.State.ACTIVE or state != domain.State.APPLIED, "nobody serves unchecked"
        state = move.target


def _reachable(state: str) -> Iterator[str]:
    for move in domain.MOVES:
        if state in move.sources:
            yield move.target


def test_every_state_can_be_reached_and_has_a_name_for_people() -> None:
    seen: set[str] = set()
    fresh: set[str] = {domain.State.APPLIED}
    while fresh:
        seen |= fresh
        fresh = {target for state in fresh for target in _reachable(state)} - seen
    assert seen == set(domain.State) == set(domain.STATE_LABELS)
    assert set(domain.KIND_LABELS) == set(domain.Kind)


def test_the_nearest_areas_latest_version_wins() -> None:
    base = RULES
    street = replace(base, version="street", area="320105902", effective_from=date(2026, 6, 1))
    found = [
        domain.rules_for(versions=[base, street], area=area, on=on).version
        for area, on in [
            ("320105902901", date(2026, 6, 1)),
            ("320105902901", date(2026, 5, 31)),
            ("320106001001", date(2026, 6, 1)),
        ]
    ]
    assert found == ["street", base.version, base.version]
