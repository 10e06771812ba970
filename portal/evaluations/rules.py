"""Reads `rules.toml`: which version of the score's numbers a community's month is computed by."""

import tomllib
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from portal.errors import NotFound
from portal.evaluations import domain
from portal.period import Month


def rules_for(*, community: str, month: Month) -> domain.Rules:
    """Return the version in force on the month's first day, the narrowest area first. Raises NotFound."""
    rows = [row for row in _rows() if community.startswith(row["area"]) and Month.parse(row["effective_from"]) <= month]
    if not rows:
        raise NotFound
    return _rules(max(rows, key=lambda row: (len(row["area"]), Month.parse(row["effective_from"]))))


def rules_named(*, version: str) -> domain.Rules:
    """Return a version by its name, so that an old month recomputes to the same bytes. Raises NotFound."""
    for row in _rows():
        if row["version"] == version:
            return _rules(row)
    raise NotFound


@cache
def _rows() -> list[dict[str, Any]]:
    text = Path(__file__).with_name("rules.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["volunteer"])


def _rules(row: Mapping[str, Any]) -> domain.Rules:
    return domain.Rules(
        version=row["version"],
        weights=row["weights"],
        full=row["full"],
        attendance=_shrinkage(row["attendance"]),
        quality=_shrinkage(row["quality"]),
        grades=row["grades"],
        sources=frozenset(row["sources"]),
        excluded_categories=tuple(row["excluded_categories"]),
        least_weight=row["least_weight"],
        resolved_points=row["resolved_points"],
        wish_points=row["wish_points"],
        adopted_points=row["adopted_points"],
        peer_months=row["peer_months"],
        peer_cases=row["peer_cases"],
    )


def _shrinkage(row: Mapping[str, Any]) -> domain.Shrinkage:
    return domain.Shrinkage(pull=row["pull"], prior=Fraction(row["prior"]), least=row["least"])
