"""The rule book: what each kind of deed earns, up to which caps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What an entry does: `earn` counts against the caps, `award` does not, `reversal` takes an earlier entry back."""

    EARN = "earn"
    AWARD = "award"
    REVERSAL = "reversal"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One line of the rule book; caps are points, None where there is none."""

    code: str
    points: int
    kind: Kind = Kind.EARN
    minutes: int = 0
    day_cap: int | None = None
    month_cap: int | None = None
    about_reports: bool = False


@dataclass(frozen=True, kw_only=True)
class RuleBook:
    """The rules in force from a day on; the two caps are over all rules that earn."""

    version: str
    effective_from: date
    day_cap: int
    month_cap: int
    barred_categories: tuple[str, ...]
    rules: Mapping[str, Rule]

    def bars(self, rule: str, category: str) -> bool:
        """Tell whether a report of this category never earns by this rule (persons, households, disputes)."""
        return self.rules[rule].about_reports and category.startswith(self.barred_categories)


def service_points(*, rule: Rule, minutes: int, coefficient: Decimal) -> int:
    """Return what a service earns: points for each full half-hour, times the coefficient, floored (P07, P08)."""
    return int(minutes // rule.minutes * rule.points * coefficient)
