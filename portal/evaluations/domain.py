"""The volunteer's monthly score V: facts in, points by component out, every number with its inputs. Pure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from portal.period import Month

MINUTES_PER_HOUR = 60
FULL_STARS = 5
NAMES = ("hours", "attendance", "quality", "participation", "training")


class FactKind(StrEnum):
    """Where a fact comes from."""

    RECORD = "record"
    REPORT = "report"


class Grade(StrEnum):
    """The band of a score; INSUFFICIENT is shown and never ranked."""

    EXCELLENT = "excellent"
    GOOD = "good"
    PASS = "pass"  # noqa: S105 - a grade
    STARTING = "starting"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One deed that counts towards one volunteer's month.

    `values` of a record: minutes, attended (0 or 1), stars (0 = not rated), training_minutes; of a report: resolved.
    `at` is when the event happened, `version` its number in the deed's history; a fact that no longer counts stays
    as a mark, so that a repeated older event cannot bring it back.
    """

    kind: FactKind
    community: str
    month: Month
    volunteer: str
    source: str
    title: str
    at: datetime
    version: int
    values: Mapping[str, int] = field(default_factory=dict)
    counted: bool = True


@dataclass(frozen=True, kw_only=True)
class Shrinkage:
    """How a rate of few cases is drawn towards its prior: as if `pull` more had been seen at that rate."""

    pull: int
    prior: Fraction
    least: int


@dataclass(frozen=True, kw_only=True)
class Rules:
    """One version of the score's numbers (`rules.toml`)."""

    version: str
    weights: Mapping[str, int]
    full: Mapping[str, int]
    attendance: Shrinkage
    quality: Shrinkage
    grades: Mapping[str, int]
    sources: frozenset[str]
    excluded_categories: tuple[str, ...]
    least_weight: int
    resolved_points: int
    wish_points: int
    adopted_points: int


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What a month's facts add up to; None says that nothing in this deployment collects it."""

    minutes: int | None = 0
    records: int | None = 0
    attended: int | None = 0
    stars: int | None = 0
    rated: int | None = 0
    training_minutes: int | None = 0
    resolved: int | None = 0
    wishes: int | None = None
    adopted: int | None = None


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


def counts_for_score(*, category: str, rules: Rules) -> bool:
    """Tell whether a solved report of this category counts; reports about persons and disputes never do."""
    return not category.startswith(rules.excluded_categories)


def inputs_from(*, facts: Iterable[Fact], rules: Rules) -> Inputs:
    """Add up the facts that count. What no source of the rules collects stays None."""
    counted = [fact for fact in facts if fact.counted]
    records = [fact.values for fact in counted if fact.kind is FactKind.RECORD]
    served = [values for values in records if values["attended"]]
    rated = [values["stars"] for values in served if values["stars"]]
    found = {
        "records": {
            "minutes": sum(values["minutes"] for values in served),
            "records": len(records),
            "attended": len(served),
        },
        "ratings": {"stars": sum(rated), "rated": len(rated)},
        "training": {"training_minutes": sum(values["training_minutes"] for values in served)},
        "reports": {"resolved": sum(fact.values["resolved"] for fact in counted if fact.kind is FactKind.REPORT)},
    }
    known = {name: number for source, sums in found.items() if source in rules.sources for name, number in sums.items()}
    absent = dict.fromkeys(name for source, sums in found.items() if source not in rules.sources for name in sums)
    return Inputs(**known, **absent)


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
