"""The score's numbers: weights, bounds, and the priors towards which small samples are drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

FULL_STARS = 5


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
    peer_months: int
    peer_cases: int


@dataclass(frozen=True, kw_only=True)
class Totals:
    """What all volunteers of a month's peer group did together: cases seen, and how many of them were good."""

    records: int = 0
    attended: int = 0
    rated: int = 0
    stars: int = 0


def counts_for_score(*, category: str, rules: Rules) -> bool:
    """Tell whether a solved report of this category counts; reports about persons and disputes never do."""
    return not category.startswith(rules.excluded_categories)


def with_peers(*, rules: Rules, months: Sequence[Totals]) -> Rules:
    """Return the rules with the peers' mean of the last months as priors (rule d4).

    Where a month is missing or held fewer cases than `peer_cases`, the rules' own prior stays.
    """
    if len(months) < rules.peer_months:
        return rules
    attended = [(Fraction(each.attended), each.records) for each in months]
    good = [(Fraction(each.stars, FULL_STARS), each.rated) for each in months]
    return replace(
        rules,
        attendance=_towards_peers(rules.attendance, attended, rules.peer_cases),
        quality=_towards_peers(rules.quality, good, rules.peer_cases),
    )


def priors_of(*, rules: Rules) -> dict[str, str]:
    """Return the priors in use, as a round stores them."""
    return {"attendance": str(rules.attendance.prior), "quality": str(rules.quality.prior)}


def with_priors(*, rules: Rules, priors: Mapping[str, str]) -> Rules:
    """Return the rules with stored priors, so that an old month recomputes to the same bytes."""
    return replace(
        rules,
        attendance=replace(rules.attendance, prior=Fraction(priors.get("attendance", rules.attendance.prior))),
        quality=replace(rules.quality, prior=Fraction(priors.get("quality", rules.quality.prior))),
    )


def _towards_peers(own: Shrinkage, months: Sequence[tuple[Fraction, int]], least: int) -> Shrinkage:
    if any(seen < least for _, seen in months):
        return own
    return replace(own, prior=sum((good for good, _ in months), Fraction()) / sum(seen for _, seen in months))
