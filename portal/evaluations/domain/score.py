"""The volunteer's monthly score V: points by component out of their inputs, the sum, the grade."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from portal.evaluations.domain.facts import Fact, Inputs, inputs_from
from portal.evaluations.domain.numbers import FULL_STARS, Rules, Shrinkage, Totals

MINUTES_PER_HOUR = 60
NAMES = ("hours", "attendance", "quality", "participation", "training")


class Grade(StrEnum):
    """The band of a score; INSUFFICIENT is shown and never ranked."""

    EXCELLENT = "excellent"
    GOOD = "good"
    PASS = "pass"  # noqa: S105 - a grade
    STARTING = "starting"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True, kw_only=True)
class Component:
    """One part of a score: `points` out of `of`, None when it was not collected, with the inputs that made it."""

    points: Decimal | None
    of: int
    inputs: Mapping[str, int | None]


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A volunteer's month: the score (two decimals, None when insufficient) and all that stands behind it."""

    volunteer: str
    score: Decimal | None
    grade: Grade
    components: Mapping[str, Component]
    inputs: Inputs
    facts: tuple[Fact, ...]
    rules: str

    @property
    def hours(self) -> Decimal:
        """Service hours, two decimals."""
        return round_half_up(Fraction(self.inputs.minutes or 0, MINUTES_PER_HOUR), places=2)


def score_volunteer(*, volunteer: str, facts: Iterable[Fact], rules: Rules) -> Scored:
    """Score one volunteer's month (rule d4): components, their sum re-scaled over what was collected, the grade."""
    kept = tuple(sorted(facts, key=lambda fact: (fact.at, fact.kind, fact.source)))
    return score_inputs(volunteer=volunteer, inputs=inputs_from(facts=kept, rules=rules), facts=kept, rules=rules)


def score_inputs(*, volunteer: str, inputs: Inputs, facts: tuple[Fact, ...], rules: Rules) -> Scored:
    """Score what the facts add up to."""
    shares = shares_of(inputs=inputs, rules=rules)
    score = total(shares=shares, rules=rules)
    return Scored(
        volunteer=volunteer,
        score=score,
        grade=grade_of(score=score, rules=rules),
        components={name: _component(name, shares[name], inputs, rules) for name in NAMES},
        inputs=inputs,
        facts=facts,
        rules=rules.version,
    )


def shares_of(*, inputs: Inputs, rules: Rules) -> dict[str, Fraction | None]:
    """Return each component's share of its weight, from 0 to 1; None where it was not collected."""
    stars = None if inputs.stars is None else Fraction(inputs.stars, FULL_STARS)
    return {
        "hours": _filled(inputs.minutes, rules.full["hours"] * MINUTES_PER_HOUR),
        "attendance": shrink(good=inputs.attended, seen=inputs.records, towards=rules.attendance),
        "quality": shrink(good=stars, seen=inputs.rated, towards=rules.quality),
        "participation": _filled(_participation(inputs, rules), rules.full["participation"]),
        "training": _filled(inputs.training_minutes, rules.full["training"] * MINUTES_PER_HOUR),
    }


def shrink(*, good: Fraction | int | None, seen: int | None, towards: Shrinkage) -> Fraction | None:
    """Return `(good + pull·prior) / (seen + pull)`, or None when fewer than `least` were seen."""
    if good is None or seen is None or seen < towards.least or seen + towards.pull == 0:
        return None
    return (good + towards.pull * towards.prior) / (seen + towards.pull)


def total(*, shares: Mapping[str, Fraction | None], rules: Rules) -> Decimal | None:
    """Return the score out of 100, half-up; None when less than the least weight was collected."""
    present = {name: share for name, share in shares.items() if share is not None}
    weight = sum(rules.weights[name] for name in present)
    if weight < rules.least_weight or weight == 0:
        return None
    points = sum(rules.weights[name] * share for name, share in present.items())
    return round_half_up(100 * points / Fraction(weight), places=2)


def grade_of(*, score: Decimal | None, rules: Rules) -> Grade:
    """Return the band a score falls in."""
    if score is None:
        return Grade.INSUFFICIENT
    for grade in (Grade.EXCELLENT, Grade.GOOD, Grade.PASS):
        if score >= rules.grades[grade.value]:
            return grade
    return Grade.STARTING


def round_half_up(value: Fraction, *, places: int) -> Decimal:
    """Round an exact fraction, halves upwards, to so many decimals."""
    scaled = math.floor(value * 10**places + Fraction(1, 2))
    return Decimal(scaled).scaleb(-places)


_INPUTS_OF: Mapping[str, tuple[str, ...]] = {
    "hours": ("minutes",),
    "attendance": ("attended", "records"),
    "quality": ("stars", "rated"),
    "participation": ("resolved", "wishes", "adopted"),
    "training": ("training_minutes",),
}


def _component(name: str, share: Fraction | None, inputs: Inputs, rules: Rules) -> Component:
    weight = rules.weights[name]
    points = None if share is None else round_half_up(weight * share, places=3)
    return Component(points=points, of=weight, inputs={each: getattr(inputs, each) for each in _INPUTS_OF[name]})


def _filled(amount: int | None, full: int) -> Fraction | None:
    return None if amount is None else min(Fraction(1), Fraction(amount, full))


def _participation(inputs: Inputs, rules: Rules) -> int | None:
    parts = (
        (inputs.resolved, rules.resolved_points),
        (inputs.wishes, rules.wish_points),
        (inputs.adopted, rules.adopted_points),
    )
    known = [count * worth for count, worth in parts if count is not None]
    return sum(known) if known else None


def totals_of(*, scored: Iterable[Scored]) -> Totals:
    """Return what the scored volunteers did together, for the peers' mean of later months."""
    inputs = [each.inputs for each in scored]
    return Totals(
        records=sum(each.records or 0 for each in inputs),
        attended=sum(each.attended or 0 for each in inputs),
        rated=sum(each.rated or 0 for each in inputs),
        stars=sum(each.stars or 0 for each in inputs),
    )
