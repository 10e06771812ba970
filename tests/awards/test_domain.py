"""The award's rules: quota, floor, ties, the table of moves, and the frozen scores."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import workflow
from portal.awards import domain, rules
from portal.awards.domain import Asked, Candidate, Reason, Round, Standing, State
from portal.errors import Conflict, Invalid, NotFound, PortalError, Refused
from portal.evaluations import domain as evaluations
from portal.period import Month
from portal.workflow import Actor, Role
from tests.awards.build import COMMUNITY, MONTH, RULES, SCORE_RULES, START, candidate, served

LI = Actor(id="li", roles=frozenset({Role.COMMUNITY_ADMIN}), scope=COMMUNITY)
WANG = Actor(id="wang", roles=frozenset({Role.SECOND_APPROVER}), scope=COMMUNITY)
AUDITOR = Actor(id="sun", roles=frozenset({Role.AUDITOR}), scope=COMMUNITY)


def rank(*candidates: Candidate, resting: frozenset[str] = frozenset()) -> tuple[Standing, ...]:
    return domain.rank_candidates(candidates=candidates, resting=resting, rules=RULES)


def order(standings: tuple[Standing, ...]) -> list[str]:
    return [each.candidate.volunteer for each in standings]


def a_round(state: State = State.SHORTLISTED, **changes: object) -> Round:
    start = Round(
        community=COMMUNITY, month=MONTH, kind=domain.STAR, state=state, version=1, rules="A", score_rules="V",
        digest="0" * 64, quota=2, active=40,
    )  # fmt: skip
    return replace(start, **changes)  # type: ignore[arg-type]  # the test names the fields


@pytest.mark.parametrize(
    ("active", "quota"), [(0, 1), (1, 1), (33, 1), (34, 2), (40, 2), (100, 3), (120, 4), (167, 5), (9000, 5)]
)
def test_the_quota_is_three_per_cent_rounded_up_between_one_and_five(active: int, quota: int) -> None:
    assert domain.quota_of(active=active, rules=RULES) == quota


@given(st.integers(0, 5000))
def test_one_more_volunteer_never_lowers_the_quota(active: int) -> None:
    assert domain.quota_of(active=active, rules=RULES) <= domain.quota_of(active=active + 1, rules=RULES)


def test_the_floor_is_six_hours_and_two_records_and_no_score() -> None:
    standings = rank(
        candidate("A", minutes=360, records=2), candidate("B", minutes=358, records=2), candidate("C", records=1)
    )

    reasons = {each.candidate.volunteer: each.reasons for each in standings}
    assert reasons == {"A": (), "B": (Reason.FEW_HOURS,), "C": (Reason.FEW_RECORDS,)}
    assert standings[0].place == 1


def test_who_won_lately_rests_and_who_left_is_not_listed() -> None:
    standings = rank(candidate("A"), candidate("B"), candidate("C", active=False), resting=frozenset({"A"}))

    assert [each.candidate.volunteer for each in standings if each.place] == ["B"]
    assert {each.reasons for each in standings if not each.place} == {(Reason.RESTING,), (Reason.NOT_ACTIVE,)}


def tied(*, stars: int = 4, rated: int = 2, minutes: int = 600, records: int = 4, attended: int = 4) -> Candidate:
    scored = candidate("X").scored
    inputs = replace(scored.inputs, stars=stars, rated=rated, minutes=minutes, records=records, attended=attended)
    return Candidate(scored=replace(scored, inputs=inputs), joined_on=date(2026, 1, 9))


def named(name: str, base: Candidate) -> Candidate:
    return replace(base, scored=replace(base.scored, volunteer=name))


def test_ties_fall_to_satisfaction_hours_attendance_join_date_and_id() -> None:
    ranked = rank(
        named("F", tied()),
        named("E", tied()),
        replace(named("D", tied()), joined_on=date(2026, 1, 8)),
        named("C", tied(records=5, attended=5)),
        named("B", tied(minutes=601)),
        named("A", tied(stars=5)),
        named("Z", tied(records=5)),
    )

    assert order(ranked) == ["A", "B", "D", "C", "E", "F", "Z"]


CANDIDATES = st.lists(
    st.builds(
        candidate,
        st.sampled_from("ABCDEFGHJK"),
        minutes=st.integers(0, 1500),
        records=st.integers(1, 4),
        stars=st.integers(0, 5),
        joined=st.integers(1, 28),
        active=st.booleans(),
    ),
    unique_by=lambda each: each.volunteer,
    max_size=10,
)


@given(CANDIDATES, st.randoms(use_true_random=False), st.integers(1, 5))
def test_a_shortlist_depends_on_the_scores_alone_and_holds_only_those_who_may(
    candidates: list[Candidate], shuffler: object, quota: int
) -> None:
    shuffled = sorted(candidates, key=lambda _: shuffler.random())  # type: ignore[attr-defined]  # Hypothesis's Random
    standings = rank(*candidates)
    listed = domain.shortlist_of(standings=standings, quota=quota, rules=RULES)

    assert rank(*shuffled) == standings
    assert len(listed) <= quota * 2
    assert all(each.place and not each.reasons for each in listed)
    scores = [each.candidate.scored.score for each in listed]
    assert scores == sorted(scores, key=lambda score: -(score or 0))


def test_the_distance_says_what_was_missing() -> None:
    first, third, fourth = (candidate("X", minutes=minutes).scored for minutes in (1200, 600, 300))

    def distance(scored: evaluations.Scored, place: int | None) -> domain.Distance:
        return domain.distance_of(scored=scored, place=place, listed=2, last=first.score, rules=RULES)

    assert distance(first, 2) == domain.Distance(shortlisted=True, minutes=0, records=0, score=None)
    assert distance(third, 3).score == (first.score or 0) - (third.score or 0)
    assert (distance(fourth, None).shortlisted, distance(fourth, None).minutes) == (False, 60)


def make(move: str, actor: Actor, asked: Asked) -> workflow.Move:
    return workflow.check(domain.MOVES, name=move, state=asked.round.state, actor=actor, deed=asked)


def test_one_person_cannot_both_propose_and_approve() -> None:
    asked = Asked(round=a_round(State.PROPOSED, proposed_by="li"), now=START)

    with pytest.raises(domain.SamePerson):
        make("decide", LI, asked)
    assert make("decide", WANG, asked).target == State.DECIDED


def test_publishing_waits_for_the_last_moment_of_publicity() -> None:
    asked = Asked(round=a_round(State.PUBLICISED, publicity_ends_at=START), now=START - timedelta(seconds=1))

    with pytest.raises(domain.NotOver):
        make("publish", WANG, asked)
    assert make("publish", workflow.SYSTEM, replace(asked, now=START)).event == "award.published"


def test_a_published_round_has_no_moves_left() -> None:
    for actor in (LI, WANG, AUDITOR, workflow.SYSTEM):
        asked = Asked(round=a_round(State.PUBLISHED), now=START)
        assert workflow.allowed(domain.MOVES, state=State.PUBLISHED, actor=actor, deed=asked) == []


@pytest.mark.parametrize("state", list(State))
def test_an_auditor_reads_and_never_moves(state: State) -> None:
    assert workflow.allowed(domain.MOVES, state=state, actor=AUDITOR, deed=Asked(round=a_round(state), now=START)) == []


STEPS = st.lists(
    st.tuples(st.sampled_from([move.name for move in domain.MOVES]), st.sampled_from([LI, WANG, workflow.SYSTEM])),
    max_size=40,
)


@given(STEPS)
def test_however_staff_click_nothing_is_published_by_one_person_alone(steps: list[tuple[str, Actor]]) -> None:
    now, current, decided_by = START, a_round(State.DRAFT), ""
    for name, actor in steps:
        now += timedelta(days=1)
        try:
            move = make(name, actor, Asked(round=current, now=now))
        except PortalError:
            continue
        current = replace(current, state=State(move.target))
        if name == "propose":
            current = replace(current, proposed_by=actor.id)
        if name == "decide":
            decided_by = actor.id
        if name == "publicise":
            current = replace(current, publicity_ends_at=now + timedelta(days=7))
        if current.state is State.PUBLISHED:
            assert decided_by not in {"", current.proposed_by}
            assert current.publicity_ends_at is not None
            assert now >= current.publicity_ends_at


def test_opening_is_for_the_community_admin_and_happens_once() -> None:
    with pytest.raises(Refused):
        make("open", WANG, Asked(round=a_round(State.DRAFT), now=START))
    with pytest.raises(Conflict):
        make("open", LI, Asked(round=a_round(State.SHORTLISTED), now=START))


SHORTLIST = rank(*(candidate(name, minutes=1200 - 60 * n) for n, name in enumerate("ABCD")))


@pytest.mark.parametrize(
    ("winners", "reason", "field"),
    [
        ([], "", "winners"),
        (["A", "B", "C"], "", "winners"),
        (["A", "Z"], "", "winners"),
        (["A", "C"], "", "reason"),
        (["A"], " ", "reason"),
        (["A", "B"], "长" * 201, "reason"),
    ],
)
def test_a_proposal_says_which_part_of_it_is_wrong(winners: list[str], reason: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        domain.check_proposal(shortlist=SHORTLIST, quota=2, winners=winners, reason=reason)

    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(("winners", "reason"), [(["B", "A"], ""), (["A", "C"], "B本人放弃"), (["D"], "其余三人放弃")])
def test_the_first_places_need_no_reason_and_others_need_one(winners: list[str], reason: str) -> None:
    domain.check_proposal(shortlist=SHORTLIST, quota=2, winners=winners, reason=reason)


def test_a_snapshot_recomputes_to_the_same_bytes() -> None:
    standings = rank(candidate("A", stars=5), candidate("B", minutes=60), candidate("C"))
    rows = [domain.to_data(standing=each) for each in standings]
    again = rank(*(from_row(row) for row in rows))

    assert [domain.to_data(standing=each) for each in again] == rows
    assert domain.digest_of(rows=reversed(rows)) == domain.digest_of(rows=rows)


def from_row(row: dict[str, object], voided: frozenset[str] = frozenset()) -> Candidate:
    return domain.from_data(row=row, community=COMMUNITY, month=MONTH, rules=SCORE_RULES, voided=voided)


def test_a_voided_record_recomputes_that_person_only() -> None:
    rows = [domain.to_data(standing=each) for each in rank(candidate("A"), candidate("B"))]
    after = rank(*(from_row(row, frozenset({"A-0"})) for row in rows))

    assert {each.candidate.volunteer: each.candidate.scored.inputs.minutes for each in after} == {"A": 400, "B": 600}


def test_a_snapshot_names_nobody_and_leaves_out_what_does_not_count() -> None:
    voided = replace(served("A", 1, minutes=60), counted=False)
    scored = evaluations.score_volunteer(volunteer="A", facts=[served("A", 0, minutes=60), voided], rules=SCORE_RULES)
    row = domain.to_data(standing=Standing(candidate=Candidate(scored=scored, joined_on=date(2026, 1, 1)), place=None))

    assert [fact["source"] for fact in row["facts"]] == ["A-0"]
    assert "name" not in str(row)


def test_public_names_are_alphabetical_and_hidden_in_a_small_community() -> None:
    masked = ["张*", "陈*兰", "王*明", "安*"]

    assert domain.public_names(masked=masked, active=10, public_from=10) == ("安*", "陈*兰", "王*明", "张*")
    assert domain.public_names(masked=masked, active=9, public_from=10) == ()


def test_the_honour_is_worded_as_a_thank_you() -> None:
    says, filled = domain.honour_title(month=MONTH)

    assert says % filled == "2026年11月社区志愿服务激励·志愿之星"
    assert not any(word in says for word in ("表彰", "命名", "授予", "党"))


def test_award_rules_are_found_by_month_and_by_name() -> None:
    assert rules.rules_named(version="A-1") == RULES
    with pytest.raises(NotFound):
        rules.rules_for(community=COMMUNITY, month=Month(2019, 12))
