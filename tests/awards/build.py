"""Builders of a month's candidates, for the tests of awards."""

from datetime import UTC, date, datetime, timedelta

from portal.awards import rules
from portal.awards.domain import Candidate
from portal.evaluations import domain as evaluations
from portal.evaluations import rules as score_rules
from portal.period import Month

COMMUNITY = "320105902901"
MONTH = Month(2026, 11)
RULES = rules.rules_for(community=COMMUNITY, month=MONTH)
SCORE_RULES = score_rules.rules_for(community=COMMUNITY, month=MONTH)
START = datetime(2026, 11, 2, 1, tzinfo=UTC)


def served(volunteer: str, n: int, *, minutes: int, stars: int = 0, attended: bool = True) -> evaluations.Fact:
    """Return the fact of one service."""
    return evaluations.Fact(
        kind=evaluations.FactKind.RECORD,
        community=COMMUNITY,
        month=MONTH,
        volunteer=volunteer,
        source=f"{volunteer}-{n}",
        title="巡河",
        at=START + timedelta(hours=n),
        version=2,
        values={"minutes": minutes, "attended": int(attended), "stars": stars, "training_minutes": 0},
    )


def candidate(
    volunteer: str, *, minutes: int = 600, records: int = 3, stars: int = 0, joined: int = 1, active: bool = True
) -> Candidate:
    """Return a volunteer who served so many minutes in so many records."""
    facts = [served(volunteer, n, minutes=minutes // records, stars=stars) for n in range(records)]
    scored = evaluations.score_volunteer(volunteer=volunteer, facts=facts, rules=SCORE_RULES)
    return Candidate(scored=scored, joined_on=date(2026, 1, joined), active=active)
