"""What a volunteer sees of their own: a month's score, how far the shortlist was, and honours. Nobody else's."""

from dataclasses import dataclass
from datetime import datetime

from portal.awards import domain, repository, rules
from portal.awards.service import view
from portal.errors import NotFound
from portal.evaluations import domain as evaluations_domain
from portal.evaluations import service as evaluations
from portal.period import Month
from portal.workflow import Actor


@dataclass(frozen=True, kw_only=True)
class OwnMonth:
    """One person's month. `place` and `distance` exist once the month's scores were frozen."""

    month: Month
    scored: evaluations_domain.Scored
    rules: domain.Rules
    scoring: evaluations_domain.Rules
    frozen: bool
    place: int | None
    distance: domain.Distance
    closes_at: datetime


def view_own_month(*, actor: Actor, month: Month, now: datetime) -> OwnMonth:
    """Show a volunteer their own month. Raises NotFound for months to come."""
    if month > Month.of(now):
        raise NotFound
    community, volunteer = actor.scope, actor.id
    found = repository.find_round(community=community, month=month)
    row = repository.find_score(of=found, volunteer=volunteer) if found else None
    if found and row:
        scoring, scored = view.frozen_scoring(of=found), _rescored(found, row, volunteer)
        place, listed = row["place"], found.quota * rules.rules_named(version=found.rules).shortlist_factor
    else:
        earlier = view.list_earlier(community=community, month=month)
        scoring = view.scoring_for(community=community, month=month, earlier=earlier)
        scored = evaluations.score_own(community=community, month=month, volunteer=volunteer, scoring=scoring)
        place, listed = None, 0
    in_force = rules.rules_named(version=found.rules) if found else rules.rules_for(community=community, month=month)
    last = found.last_score if found else None
    return OwnMonth(
        month=month,
        scored=scored,
        rules=in_force,
        scoring=scoring,
        frozen=found is not None,
        place=place,
        distance=domain.distance_of(scored=scored, place=place, listed=listed, last=last, rules=in_force),
        closes_at=evaluations.frozen_at(community=community, month=month),
    )


def _rescored(found: domain.Round, row: repository.Row, volunteer: str) -> evaluations_domain.Scored:
    own = evaluations.list_facts(community=found.community, month=found.month, volunteer=volunteer)
    voided = frozenset(fact.source for fact in own if not fact.counted)
    scoring = view.frozen_scoring(of=found)
    candidate = domain.from_data(row=row, community=found.community, month=found.month, rules=scoring, voided=voided)
    return candidate.scored


def list_honours(*, volunteer: str) -> list[domain.Honour]:
    """Return a volunteer's honours, the newest first."""
    return repository.list_honours(volunteer=volunteer)
