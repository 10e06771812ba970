"""Reads `rules.toml`: which version of the award's numbers a community's month is decided by."""

import tomllib
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from portal.awards import domain
from portal.errors import NotFound
from portal.period import Month


def rules_for(*, community: str, month: Month) -> domain.Rules:
    """Return the version in force on the month's first day, the narrowest area first. Raises NotFound."""
    rows = [row for row in _rows() if community.startswith(row["area"]) and Month.parse(row["effective_from"]) <= month]
    if not rows:
        raise NotFound
    return _rules(max(rows, key=lambda row: (len(row["area"]), Month.parse(row["effective_from"]))))


def rules_named(*, version: str) -> domain.Rules:
    """Return a version by its name: the one a round was opened with. Raises NotFound."""
    for row in _rows():
        if row["version"] == version:
            return _rules(row)
    raise NotFound


@cache
def _rows() -> list[dict[str, Any]]:
    text = Path(__file__).with_name("rules.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["award"])


def _rules(row: dict[str, Any]) -> domain.Rules:
    return domain.Rules(**{each.name: row[each.name] for each in fields(domain.Rules)})
