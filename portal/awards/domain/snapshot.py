"""A round's frozen scores as plain data, their digest, and back: an old round recomputes to the same bytes."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from portal.awards.domain.ranking import Candidate, Standing
from portal.evaluations import domain as evaluations
from portal.period import Month


def to_data(*, standing: Standing) -> dict[str, Any]:
    """Return a standing as plain values: the facts with their sources, the score, the place. No name, no phone."""
    scored = standing.candidate.scored
    return {
        "volunteer": scored.volunteer,
        "joined_on": standing.candidate.joined_on.isoformat(),
        "active": standing.candidate.active,
        "score": None if scored.score is None else str(scored.score),
        "grade": scored.grade.value,
        "rules": scored.rules,
        "place": standing.place,
        "facts": [_fact_data(fact) for fact in scored.facts if fact.counted],
    }


def digest_of(*, rows: Iterable[dict[str, Any]]) -> str:
    """Return the SHA-256 (hex) of all rows, ordered by volunteer: equal scores give equal digests anywhere."""
    ordered = sorted(rows, key=lambda row: str(row["volunteer"]))
    text = json.dumps(ordered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def from_data(
    *, row: dict[str, Any], community: str, month: Month, rules: evaluations.Rules, voided: frozenset[str]
) -> Candidate:
    """Return a frozen candidate, scored again without the facts whose sources were voided since."""
    facts = [_fact(each, row["volunteer"], community, month) for each in row["facts"] if each["source"] not in voided]
    return Candidate(
        scored=evaluations.score_volunteer(volunteer=row["volunteer"], facts=facts, rules=rules),
        joined_on=date.fromisoformat(row["joined_on"]),
        active=row["active"],
    )


def _fact_data(fact: evaluations.Fact) -> dict[str, Any]:
    return {
        "kind": fact.kind.value,
        "source": fact.source,
        "title": fact.title,
        "at": fact.at.isoformat(),
        "version": fact.version,
        "values": dict(fact.values),
    }


def _fact(data: dict[str, Any], volunteer: str, community: str, month: Month) -> evaluations.Fact:
    return evaluations.Fact(
        kind=evaluations.FactKind(data["kind"]),
        community=community,
        month=month,
        volunteer=volunteer,
        source=data["source"],
        title=data["title"],
        at=datetime.fromisoformat(data["at"]),
        version=data["version"],
        values=data["values"],
    )
