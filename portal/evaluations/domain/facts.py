"""Deeds that count towards a volunteer's month, and what they add up to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from portal.evaluations.domain.numbers import Rules
from portal.period import Month


class FactKind(StrEnum):
    """Where a fact comes from."""

    RECORD = "record"
    REPORT = "report"


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
