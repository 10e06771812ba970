"""What may be recorded, how minutes count, and the table of a record's moves."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import workflow
from portal.activities import domain, rules
from portal.activities.domain import Span, State
from portal.errors import PortalError
from portal.workflow import Actor, Role

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)  # 12:00 in Nanjing
RULES = domain.rules_for(versions=rules.versions(), area="320105902901", on=date(2026, 11, 20))
DRAFT = domain.Draft(
    community="320105902901",
    volunteer="VAAA",
    activity="楼道清洁",
    served_on=date(2026, 11, 20),
    starts=time(9),
    minutes=120,
)
RECORD = domain.Record(
    id="AAAA",
    community="320105902901",
    area="320105902901001",
    volunteer="VAAA",
    volunteer_name="陈小兰",
    activity="楼道清洁",
    served_on=date(2026, 11, 20),
    started_at=DRAFT.started_at,
    minutes=120,
    stated_minutes=120,
    attended=True,
    coefficient=Decimal(1),
    stars=None,
    training_minutes=0,
    state=State.SUBMITTED,
    version=1,
    submitted_by="li",
    submitted_at=NOW,
    rule_version=RULES.version,
)
LI = Actor(id="li", roles=frozenset({Role.COMMUNITY_ADMIN}), scope="320105902901")
WANG = Actor(id="wang", roles=frozenset({Role.SECOND_APPROVER}), scope="320105902901")
HERSELF = Actor(id="VAAA", roles=frozenset({Role.COMMUNITY_ADMIN}), scope="320105902901")
WORKER = Actor(id="zhao", roles=frozenset({Role.GRID_WORKER}), scope="320105902901001")
ACTORS = (LI, WANG, HERSELF, WORKER, workflow.SYSTEM)


def check(draft: domain.Draft) -> None:
    domain.check_draft(draft=draft, now=NOW, rules=RULES)


def test_a_service_of_this_morning_is_accepted_and_begins_by_the_clock_of_nanjing() -> None:
    check(DRAFT)
    assert DRAFT.started_at == datetime(2026, 11, 20, 1, tzinfo=UTC)


def test_a_service_that_ends_this_minute_is_accepted_and_a_minute_later_is_not() -> None:
    check(replace(DRAFT, starts=time(10)))
    with pytest.raises(domain.InFuture):
        check(replace(DRAFT, starts=time(10, 1)))


def test_a_service_seven_days_old_is_accepted_and_eight_days_is_sent_to_the_backfill() -> None:
    check(replace(DRAFT, served_on=date(2026, 11, 13)))
    with pytest.raises(domain.TooLate) as refused:
        check(replace(DRAFT, served_on=date(2026, 11, 12)))
    assert "补录" in str(refused.value)


def test_one_record_holds_four_hours() -> None:
    check(replace(DRAFT, starts=time(8), minutes=240))
    with pytest.raises(domain.TooLong):
        check(replace(DRAFT, starts=time(7), minutes=241))


def test_a_service_past_midnight_is_recorded_as_two() -> None:
    yesterday = replace(DRAFT, served_on=date(2026, 11, 19), starts=time(22))
    check(yesterday)
    with pytest.raises(domain.PastMidnight):
        check(replace(yesterday, minutes=121))


@pytest.mark.parametrize("extra", [{"stars": 5}, {"training_minutes": 30}])
def test_who_did_not_come_has_neither_stars_nor_training(extra: dict[str, int]) -> None:
    check(replace(DRAFT, attended=False))
    with pytest.raises(domain.NeedsPresence):
        check(replace(DRAFT, attended=False, **extra))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minutes", "attended", "counted"), [(14, True, 0), (15, True, 15), (200, True, 200), (120, False, 0)]
)
def test_less_than_a_quarter_of_an_hour_and_absence_count_nothing(
    *, minutes: int, attended: bool, counted: int
) -> None:
    assert domain.count_minutes(minutes=minutes, attended=attended, rules=RULES) == counted


def test_one_service_may_begin_when_the_other_ends_but_not_before() -> None:
    domain.check_day(span=Span(start=600, minutes=60), others=[Span(start=540, minutes=60)], rules=RULES)
    with pytest.raises(domain.Overlaps):
        domain.check_day(span=Span(start=599, minutes=60), others=[Span(start=540, minutes=60)], rules=RULES)


def test_a_day_holds_eight_hours() -> None:
    others = [Span(start=0, minutes=240), Span(start=300, minutes=200)]
    domain.check_day(span=Span(start=600, minutes=40), others=others, rules=RULES)
    with pytest.raises(domain.DayFull):
        domain.check_day(span=Span(start=600, minutes=41), others=others, rules=RULES)


def test_a_no_show_fills_no_day_but_still_takes_its_place_in_it() -> None:
    absent = Span(start=0, minutes=240, attended=False)
    domain.check_day(span=Span(start=500, minutes=240), others=[absent, Span(start=250, minutes=240)], rules=RULES)
    with pytest.raises(domain.Overlaps):
        domain.check_day(span=absent, others=[absent], rules=RULES)


@given(spans=st.lists(st.builds(Span, start=st.integers(0, 1439), minutes=st.integers(1, 240), attended=st.booleans())))
def test_whatever_is_offered_a_day_never_overlaps_nor_exceeds_its_cap(spans: list[Span]) -> None:
    day: list[Span] = []
    for span in spans:
        try:
            domain.check_day(span=span, others=day, rules=RULES)
        except (domain.Overlaps, domain.DayFull):
            continue
        day.append(span)
    minutes = [minute for span in day for minute in range(span.start, span.end)]
    assert len(minutes) == len(set(minutes))
    assert sum(span.minutes for span in day if span.attended) <= RULES.day_minutes


def test_the_month_of_a_record_is_the_one_its_day_has_in_nanjing() -> None:
    first = replace(RECORD, served_on=date(2026, 11, 1), started_at=datetime(2026, 10, 31, 16, 30, tzinfo=UTC))
    assert str(first.month) == "2026-11"
    assert first.span == Span(start=30, minutes=120)


@pytest.mark.parametrize("actor", [LI, HERSELF])
def test_neither_the_submitter_nor_the_volunteer_confirms(actor: Actor) -> None:
    with pytest.raises(domain.SamePerson):
        workflow.check(domain.MOVES, name="confirm", state=State.SUBMITTED, actor=actor, deed=RECORD)


def test_a_grid_worker_may_submit_but_not_confirm() -> None:
    assert WORKER.has(*domain.SUBMITTERS)
    with pytest.raises(workflow.MoveRefused):
        workflow.check(domain.MOVES, name="confirm", state=State.SUBMITTED, actor=WORKER, deed=RECORD)


def test_nobody_voids_their_own_service() -> None:
    with pytest.raises(domain.OwnRecord):
        workflow.check(domain.MOVES, name="void", state=State.RECORDED, actor=HERSELF, deed=RECORD)


@given(steps=st.lists(st.tuples(st.sampled_from([m.name for m in domain.MOVES]), st.sampled_from(ACTORS)), max_size=10))
def test_no_sequence_of_moves_leaves_the_table(steps: list[tuple[str, Actor]]) -> None:
    state: str = State.SUBMITTED
    path = [state]
    for name, actor in steps:
        try:
            move = workflow.check(domain.MOVES, name=name, state=state, actor=actor, deed=replace(RECORD, state=state))
        except PortalError:
            continue
        state = move.target
        path.append(state)
    order = [State.SUBMITTED, State.CONFIRMED, State.RECORDED, State.VOIDED]
    places = [order.index(State(each)) for each in path]
    assert places == sorted(set(places)), "a record never goes back"
    if State.RECORDED in path:
        assert State.CONFIRMED in path, "nothing is recorded that nobody confirmed"
    assert set(domain.STATE_LABELS) == set(State)
