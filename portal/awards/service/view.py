"""A month as staff see it: the scores, who may be shortlisted and why not, and what can be done next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal import workflow
from portal.areas import service as areas
from portal.awards import domain, repository, rules
from portal.errors import NotFound
from portal.evaluations import domain as evaluations_domain
from portal.evaluations import service as evaluations
from portal.period import Month
from portal.volunteers import domain as people
from portal.volunteers import service as volunteers
from portal.workflow import Actor, Move

MONTHS_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class RoundView:
    """A month's award. `round` is None before it was opened; `names` are full, for staff of the scope only.

    `opens_at` is when the month's records close, `closed` whether they are. `stale` says that a winner is no longer on
    the shortlist.
    """

    community: str
    community_name: str
    month: Month
    state: domain.State
    round: domain.Round | None
    rules: domain.Rules
    scoring: evaluations_domain.Rules
    quota: int
    active: int
    standings: tuple[domain.Standing, ...]
    shortlist: tuple[domain.Standing, ...]
    names: Mapping[str, str]
    moves: tuple[Move, ...]
    opens_at: datetime
    closed: bool
    stale: bool

    @property
    def without_records(self) -> int:
        """How many active volunteers the month knows nothing of."""
        known = {each.candidate.volunteer for each in self.standings}
        return sum(volunteer not in known for volunteer in self.names)


def view_round(*, actor: Actor, community: str, month: Month, now: datetime) -> RoundView:
    """Show a month's scores and its round. Raises NotFound outside the actor's scope and for months to come."""
    check_scope(actor=actor, community=community)
    if month > Month.of(now):
        raise NotFound
    area = areas.get_area(code=community)
    found = repository.find_round(community=community, month=month)
    active = volunteers.all_active(community=community)
    if found:
        standings, shown = frozen(of=found), found
    else:
        standings, shown = preview(community=community, month=month, active=active)
    in_force = rules.rules_named(version=shown.rules)
    shortlist = domain.shortlist_of(standings=standings, quota=shown.quota, rules=in_force)
    opens_at = evaluations.frozen_at(community=community, month=month)
    asked = domain.Asked(round=shown, now=now)
    moves = workflow.allowed(domain.MOVES, state=shown.state, actor=actor, deed=asked)
    return RoundView(
        community=community,
        community_name=area.name,
        month=month,
        state=shown.state,
        round=found,
        rules=in_force,
        scoring=frozen_scoring(of=shown),
        quota=shown.quota,
        active=shown.active,
        standings=standings,
        shortlist=shortlist,
        names={each.id: each.name for each in active},
        moves=tuple(move for move in moves if move.name != "open" or now >= opens_at),
        opens_at=opens_at,
        closed=now >= opens_at,
        stale=not fit(winners=shown.winners, shortlist=shortlist),
    )


def list_months(*, actor: Actor, community: str, now: datetime) -> list[tuple[Month, domain.State]]:
    """Return the last twelve months with the state of their rounds, the newest first. Raises NotFound."""
    check_scope(actor=actor, community=community)
    this = Month.of(now)
    months = [this.plus(-n) for n in range(MONTHS_SHOWN)]
    found = {
        each.month: each.state for each in repository.list_rounds(community=community, since=months[-1], until=this)
    }
    return [(month, found.get(month, domain.State.DRAFT)) for month in months]


def check_scope(*, actor: Actor, community: str) -> None:
    """Raise NotFound where the community lies outside the actor's scope."""
    if not actor.covers(community):
        raise NotFound


def preview(
    *, community: str, month: Month, active: list[people.Volunteer]
) -> tuple[tuple[domain.Standing, ...], domain.Round]:
    """Return what opening the month's round now would freeze."""
    earlier = list_earlier(community=community, month=month)
    standings = live(community=community, month=month, active=active, earlier=earlier)
    asked = draft(community=community, month=month, active=len(active), standings=standings, earlier=earlier)
    return standings, asked


def scoring_for(*, community: str, month: Month, earlier: Sequence[domain.Round]) -> evaluations_domain.Rules:
    """Return the rules a month is scored by, its priors drawn from the rounds of the months before it."""
    own = evaluations.rules_for(community=community, month=month)
    since = month.plus(-own.peer_months)
    months = [each.totals for each in earlier if since <= each.month < month]
    return evaluations_domain.with_peers(rules=own, months=months)


def frozen_scoring(*, of: domain.Round) -> evaluations_domain.Rules:
    """Return the rules a round's scores were computed by, priors and all."""
    return evaluations_domain.with_priors(rules=evaluations.rules_named(version=of.score_rules), priors=of.priors)


def list_earlier(*, community: str, month: Month) -> list[domain.Round]:
    """Return the rounds that bear on a month's: who won lately, and how the peers did."""
    in_force, scoring = (each.rules_for(community=community, month=month) for each in (rules, evaluations))
    back = max(in_force.cool_down_months, scoring.peer_months)
    return repository.list_rounds(community=community, since=month.plus(-back), until=month.previous())


def live(
    *, community: str, month: Month, active: list[people.Volunteer], earlier: Sequence[domain.Round]
) -> tuple[domain.Standing, ...]:
    """Rank the month as its facts stand now."""
    in_force = rules.rules_for(community=community, month=month)
    scoring = scoring_for(community=community, month=month, earlier=earlier)
    joined = {each.id: each.joined_on for each in active}
    candidates = [
        domain.Candidate(
            scored=scored, joined_on=joined.get(scored.volunteer, date.max), active=scored.volunteer in joined
        )
        for scored in evaluations.score_month(community=community, month=month, scoring=scoring)
    ]
    resting = _winners_before(month, earlier, in_force)
    return domain.rank_candidates(candidates=candidates, resting=resting, rules=in_force)


def frozen(*, of: domain.Round) -> tuple[domain.Standing, ...]:
    """Rank a round's frozen scores again, without the facts that were voided before it was published."""
    in_force = rules.rules_named(version=of.rules)
    scoring = frozen_scoring(of=of)
    voided = frozenset(
        fact.source
        for fact in evaluations.list_facts(community=of.community, month=of.month)
        if not fact.counted and (of.published_at is None or fact.at <= of.published_at)
    )
    candidates = [
        domain.from_data(row=row, community=of.community, month=of.month, rules=scoring, voided=voided)
        for row in repository.list_scores(of=of)
    ]
    return domain.rank_candidates(candidates=candidates, resting=of.resting, rules=in_force)


def draft(
    *,
    community: str,
    month: Month,
    active: int,
    standings: tuple[domain.Standing, ...],
    earlier: Sequence[domain.Round],
) -> domain.Round:
    """Return the round that opening would store now: quota, rules and the digest of the scores as they stand."""
    in_force = rules.rules_for(community=community, month=month)
    scoring = scoring_for(community=community, month=month, earlier=earlier)
    quota = domain.quota_of(active=active, rules=in_force)
    shortlist = domain.shortlist_of(standings=standings, quota=quota, rules=in_force)
    return domain.Round(
        community=community,
        month=month,
        kind=in_force.kind,
        state=domain.State.DRAFT,
        version=0,
        rules=in_force.version,
        score_rules=scoring.version,
        digest=domain.digest_of(rows=[domain.to_data(standing=each) for each in standings]),
        quota=quota,
        active=active,
        resting=tuple(each.candidate.volunteer for each in standings if domain.Reason.RESTING in each.reasons),
        last_score=shortlist[-1].candidate.scored.score if shortlist else None,
        priors=evaluations_domain.priors_of(rules=scoring),
        totals=evaluations_domain.totals_of(scored=[each.candidate.scored for each in standings]),
    )


def fit(*, winners: tuple[str, ...], shortlist: tuple[domain.Standing, ...]) -> bool:
    """Tell whether every winner still is on the shortlist."""
    return set(winners) <= {each.candidate.volunteer for each in shortlist}


def _winners_before(month: Month, earlier: Sequence[domain.Round], in_force: domain.Rules) -> frozenset[str]:
    since = month.plus(-in_force.cool_down_months)
    given = {domain.State.PUBLICISED, domain.State.PUBLISHED}
    return frozenset(
        winner for each in earlier if since <= each.month and each.state in given for winner in each.winners
    )
