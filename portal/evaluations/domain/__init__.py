"""The volunteer's monthly score, pure: facts in, points by component out, every number with its inputs."""

from portal.evaluations.domain.facts import (
    Fact,
    FactKind,
    Inputs,
    inputs_from,
)
from portal.evaluations.domain.numbers import (
    Rules,
    Shrinkage,
    Totals,
    counts_for_score,
    priors_of,
    with_peers,
    with_priors,
)
from portal.evaluations.domain.score import (
    NAMES,
    Component,
    Grade,
    Scored,
    grade_of,
    round_half_up,
    score_inputs,
    score_volunteer,
    shares_of,
    shrink,
    total,
    totals_of,
)

__all__ = [
    "NAMES",
    "Component",
    "Fact",
    "FactKind",
    "Grade",
    "Inputs",
    "Rules",
    "Scored",
    "Shrinkage",
    "Totals",
    "counts_for_score",
    "grade_of",
    "inputs_from",
    "priors_of",
    "round_half_up",
    "score_inputs",
    "score_volunteer",
    "shares_of",
    "shrink",
    "total",
    "totals_of",
    "with_peers",
    "with_priors",
]
