"""Keeps the facts behind the monthly scores and computes the scores from them."""

from datetime import datetime, timedelta
from itertools import groupby

from portal import period
from portal.areas import domain as areas_domain
from portal.areas import service as areas
from portal.evaluations import domain, repository, rules
from portal.period import Month

LATE_CONFIRMATION_DAYS = 2
"""Working days of the next month in which a record of this month may still be confirmed (rule d5)."""


def score_month(*, community: str, month: Month, scoring: domain.Rules | None = None) -> list[domain.Scored]:
    """Score every volunteer of whom the month knows something, ordered by id.

    By the month's own rules, unless the caller knows better ones (the peers' means of the months before).
    """
    scoring = scoring or rules.rules_for(community=community, month=month)
    facts = (fact for fact in list_facts(community=community, month=month) if fact.counted)
    ordered = sorted(facts, key=lambda fact: fact.volunteer)
    return [
        domain.score_volunteer(volunteer=volunteer, facts=own, rules=scoring)
        for volunteer, own in groupby(ordered, key=lambda fact: fact.volunteer)
    ]


def score_own(*, community: str, month: Month, volunteer: str, scoring: domain.Rules | None = None) -> domain.Scored:
    """Score one volunteer's month from their own facts alone; nobody else's are read."""
    scoring = scoring or rules.rules_for(community=community, month=month)
    facts = [fact for fact in list_facts(community=community, month=month, volunteer=volunteer) if fact.counted]
    return domain.score_volunteer(volunteer=volunteer, facts=facts, rules=scoring)


def rules_for(*, community: str, month: Month) -> domain.Rules:
    """Return the rules a month is scored by. Raises NotFound for months before the first."""
    return rules.rules_for(community=community, month=month)


def rules_named(*, version: str) -> domain.Rules:
    """Return the rules a stored score was computed by. Raises NotFound."""
    return rules.rules_named(version=version)


def list_facts(*, community: str, month: Month, volunteer: str = "") -> list[domain.Fact]:
    """Return a month's facts, or one volunteer's, with the marks of those that no longer count."""
    return repository.list_facts(community=community, month=month, volunteer=volunteer)


def keep_fact(*, fact: domain.Fact) -> bool:
    """Store what an event says of a deed; tell whether it was news (the same event twice, or an older one, is not)."""
    return repository.keep_fact(fact=fact)


def frozen_at(*, community: str, month: Month) -> datetime:
    """Return when a month's records are closed: the end of the second working day of the next month."""
    calendar = areas.calendar_for(area=community)
    last = areas_domain.working_day(calendar=calendar, month=month.next(), n=LATE_CONFIRMATION_DAYS)
    return period.start_of_day(last + timedelta(days=1))


def month_of_record(*, community: str, served: Month, confirmed_at: datetime) -> Month:
    """Return the month a record counts for: its own, or the first not yet frozen when it was confirmed."""
    month = served
    while Month.of(confirmed_at) > month and confirmed_at >= frozen_at(community=community, month=month):
        month = month.next()
    return month
