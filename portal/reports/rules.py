"""The rule data of reports, read once a process."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from portal.reports import domain

_FILE = Path(__file__).with_name("rules.toml")


@cache
def current() -> domain.Rules:
    """Return the version of the rules that ships with the code."""
    return parse(tomllib.loads(_FILE.read_text(encoding="utf-8")))


def parse(table: Mapping[str, Any]) -> domain.Rules:
    """Return rules from a parsed TOML file. Raises ValueError where a row contradicts another."""
    rules = domain.Rules(
        version=str(table["version"]),
        effective_from=date.fromisoformat(str(table["effective_from"])),
        limits=domain.Limits(**table["limits"]),
        urgencies={code: domain.Urgency(code=code, **row) for code, row in table["urgencies"].items()},
        categories={code: domain.Category(code=code, **row) for code, row in table["categories"].items()},
        subcategories={code: _subcategory(code, row) for code, row in table["subcategories"].items()},
        reject_reasons=table["reject_reasons"],
        departments=table["departments"],
    )
    for each in rules.subcategories.values():
        if not (
            each.category in rules.categories
            and each.urgency in rules.urgencies
            and each.department in rules.departments
        ):
            msg = f"subcategory {each.code} names an unknown category, urgency or department"
            raise ValueError(msg)
    return rules


def _subcategory(code: str, row: Mapping[str, Any]) -> domain.Subcategory:
    flags = frozenset(domain.Flag(flag) for flag in row.get("flags", ()))
    return domain.Subcategory(code=code, **{**row, "flags": flags})
