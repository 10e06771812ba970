"""The volunteer score: its golden value, its edges, and what must hold for every month."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import NotFound
from portal.evaluations import domain, rules
from portal.evaluations.domain import Fact, FactKind, Grade
from portal.period import Month

COMMUNITY = "320105902901"
MONTH = Month(2026, 11)
RULES = rules.rules_for(community=COMMUNITY, month=MONTH)
START = datetime(2026, 11, 2, 1, tzinfo=UTC)


def record(n: int, *, minutes: int = 0, attended: bool = True, stars: int = 0, training: int = 0, **extra: Any) -> Fact:
    values = {"minutes": minutes, "attended": int(attended), "stars": stars, "training_minutes": training}
    return fact(n, FactKind.RECORD, values, **extra)


def report(n: int, **extra: Any) -> Fact:
    return fact(n, FactKind.REPORT, {"resolved": 1}, **extra)


def fact(n: int, kind: FactKind, values: dict[str, int], **extra: Any) -> Fact:
    return Fact(
        kind=kind,
        community=COMMUNITY,
        month=MONTH,
        volunteer="V1",
        source=f"{kind}-{n}",
        title="巡河",
        at=START + timedelta(hours=n),
        version=3,
        values=values,
        **extra,
    )


def golden_month() -> list[Fact]:
    stars = (5, 5, 4, 5, 0, 0)
    records = [record(n, minutes=150, stars=stars[n], training=60 if n == 0 else 0) for n in range(6)]
    return [*records, *(report(n) for n in range(4))]


def score(facts: Iterable[Fact], chosen: domain.Rules = RULES) -> domain.Scored:
    return domain.score_volunteer(volunteer="V1", facts=facts, rules=chosen)


def test_the_golden_month_scores_76_48_with_each_component_behind_it() -> None:
    scored = score(golden_month())

    assert scored.score == Decimal("76.48")
    assert {name: str(part.points) for name, part in scored.components.items()} == {
        "hours": "30.000",
        "attendance": "19.333",
        "quality": "18.143",
        "participation": "4.000",
        "training": "5.000",
    }
    assert scored.components["attendance"].inputs == {"attended": 6, "records": 6}
    assert scored.components["quality"].inputs == {"stars": 19, "rated": 4}
    assert scored.grade is Grade.PASS
    assert scored.rules == "V-1"


def test_the_order_of_facts_changes_nothing() -> None:
    assert score(reversed(golden_month())) == score(golden_month())


def test_a_month_without_service_is_neither_zero_attendance_nor_an_error() -> None:
    scored = score([report(1)])

    assert scored.components["attendance"].points is None
    assert scored.components["quality"].points is None
    assert scored.components["hours"].points == 0
    assert scored.score == Decimal("1.67")  # 1 point of the 60 that were collected


def test_a_component_nobody_rated_is_left_out_and_the_rest_re_scales() -> None:
    unrated = [record(n, minutes=600, training=60) for n in range(2)]

    scored = score(unrated)

    assert scored.components["quality"].points is None
    assert scored.score == Decimal("86.00")  # 40 + 18.8 + 10 of the 80 that were collected


def test_too_little_collected_is_insufficient_and_never_a_number() -> None:
    few = replace(RULES, sources=frozenset({"records"}))

    assert score([report(1)], few).score is None
    assert score([report(1)], few).grade is Grade.INSUFFICIENT
    assert score([record(1, minutes=60)], few).score is not None  # hours and attendance weigh 60


def test_what_no_source_collects_is_none_and_not_zero() -> None:
    inputs = domain.inputs_from(facts=golden_month(), rules=RULES)

    assert (inputs.resolved, inputs.wishes, inputs.adopted) == (4, None, None)
    assert domain.inputs_from(facts=[], rules=replace(RULES, sources=frozenset())).minutes is None


def test_a_no_show_counts_against_attendance_and_brings_no_hours() -> None:
    inputs = domain.inputs_from(
        facts=[record(1, minutes=60), record(2, minutes=90, attended=False, stars=5, training=60)], rules=RULES
    )

    assert (inputs.minutes, inputs.records, inputs.attended, inputs.rated, inputs.training_minutes) == (60, 2, 1, 0, 0)


def test_a_fact_that_was_voided_counts_for_nothing() -> None:
    voided = replace(golden_month()[0], counted=False)

    assert domain.inputs_from(facts=[voided], rules=RULES).records == 0


@pytest.mark.parametrize(
    ("value", "grade"),
    [("100", "excellent"), ("90.00", "excellent"), ("89.99", "good"), ("80", "good"), ("79.99", "pass"),
     ("60", "pass"), ("59.99", "starting"), ("0", "starting"), (None, "insufficient")],
)  # fmt: skip
def test_grades_begin_exactly_at_their_bound(value: str | None, grade: str) -> None:
    assert domain.grade_of(score=None if value is None else Decimal(value), rules=RULES) == grade


def test_halves_round_upwards() -> None:
    assert domain.round_half_up(Fraction(76475, 1000), places=2) == Decimal("76.48")
    assert domain.round_half_up(Fraction(1, 200), places=2) == Decimal("0.01")
    assert domain.round_half_up(Fraction(49, 10000), places=2) == Decimal("0.00")


@pytest.mark.parametrize("category", ["0501", "0605", "0701", "0706", "0801", "0806", "1202"])
def test_reports_about_people_never_count_for_a_score(category: str) -> None:
    assert not domain.counts_for_score(category=category, rules=RULES)


def test_an_ordinary_report_counts() -> None:
    assert domain.counts_for_score(category="0101", rules=RULES)


def test_the_rules_in_force_are_found_by_month_and_by_name() -> None:
    assert rules.rules_named(version="V-1") == RULES
    with pytest.raises(NotFound):
        rules.rules_for(community=COMMUNITY, month=Month(2019, 12))
    with pytest.raises(NotFound):
        rules.rules_named(version="V-1900-01")


def test_priors_are_the_peers_mean_of_three_full_months() -> None:
    busy = domain.Totals(records=40, attended=38, rated=20, stars=96)
    rules_now = domain.with_peers(rules=RULES, months=[busy, busy, busy])

    assert rules_now.attendance.prior == Fraction(38, 40)
    assert rules_now.quality.prior == Fraction(96, 100)
    assert (rules_now.attendance.pull, rules_now.version) == (3, RULES.version)


def test_the_rules_own_prior_stands_in_for_a_missing_or_thin_month() -> None:
    busy = domain.Totals(records=40, attended=20, rated=40, stars=40)
    thin = domain.Totals(records=19, attended=19, rated=40, stars=40)

    assert domain.with_peers(rules=RULES, months=[busy, busy]) == RULES
    mixed = domain.with_peers(rules=RULES, months=[busy, thin, busy])
    assert mixed.attendance == RULES.attendance
    assert mixed.quality.prior == Fraction(1, 5)


def test_stored_priors_bring_the_same_rules_back() -> None:
    busy = domain.Totals(records=29, attended=27, rated=31, stars=140)
    used = domain.with_peers(rules=RULES, months=[busy, busy, busy])

    assert domain.with_priors(rules=RULES, priors=domain.priors_of(rules=used)) == used
    assert domain.with_priors(rules=RULES, priors={}) == RULES


def test_totals_add_up_what_everybody_did() -> None:
    scored = [score(golden_month()), score([record(1, minutes=60, attended=False)])]

    assert domain.totals_of(scored=scored) == domain.Totals(records=7, attended=6, rated=4, stars=19)


RECORDS = st.builds(
    record,
    st.integers(0, 500),
    minutes=st.integers(0, 240),
    attended=st.booleans(),
    stars=st.integers(0, 5),
    training=st.integers(0, 240),
)
MONTHS = st.lists(st.one_of(RECORDS, st.builds(report, st.integers(0, 500))), max_size=12)
SOURCES = st.sets(st.sampled_from(["records", "ratings", "training", "reports"]))


@given(MONTHS, SOURCES)
def test_every_month_scores_between_0_and_100_or_not_at_all(facts: list[Fact], sources: set[str]) -> None:
    scored = score(facts, replace(RULES, sources=frozenset(sources)))

    assert scored.score is None or Decimal(0) <= scored.score <= Decimal(100)
    assert all(part.points is None or 0 <= part.points <= part.of for part in scored.components.values())


@given(MONTHS)
def test_one_more_solved_report_never_lowers_a_score(facts: list[Fact]) -> None:
    before, after = score(facts).score, score([*facts, report(900)]).score

    assert before is not None
    assert after is not None
    assert after >= before


@given(MONTHS, st.integers(1, 240), st.integers(0, 240))
def test_more_minutes_in_a_service_never_lower_a_score(facts: list[Fact], minutes: int, training: int) -> None:
    less = [*facts, record(900, minutes=0, stars=4)]
    more = [*facts, record(900, minutes=minutes, training=training, stars=4)]

    assert (score(more).score or 0) >= (score(less).score or 0)


@given(MONTHS, st.integers(1, 4))
def test_a_better_rating_never_lowers_a_score(facts: list[Fact], stars: int) -> None:
    lower, higher = ([*facts, record(900, minutes=60, stars=each)] for each in (stars, stars + 1))

    assert (score(higher).score or 0) >= (score(lower).score or 0)


@given(MONTHS)
def test_coming_is_never_worse_than_staying_away(facts: list[Fact]) -> None:
    came, stayed = ([*facts, record(900, minutes=60, attended=each)] for each in (True, False))

    assert (score(came).score or 0) >= (score(stayed).score or 0)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 9))
def test_shrinking_stays_between_what_was_seen_and_the_prior(good: int, seen: int, pull: int) -> None:
    towards = domain.Shrinkage(pull=pull, prior=Fraction(9, 10), least=0)
    good = min(good, seen)
    rate = domain.shrink(good=good, seen=seen, towards=towards)

    if seen + pull == 0:
        assert rate is None
    else:
        ends = sorted(
            [Fraction(good, seen) if seen else towards.prior, towards.prior if pull else Fraction(good, seen)]
        )
        assert rate is not None
        assert ends[0] <= rate <= ends[1]
