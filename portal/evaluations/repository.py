"""Keeps facts and answers for a month's, in domain types."""

from portal import db
from portal.evaluations import domain
from portal.evaluations.models import FactItem, month_pk, volunteer_prefix
from portal.period import Month


def keep_fact(*, fact: domain.Fact) -> bool:
    """Store what is newest about a deed; tell whether it was news.

    Streams repeat and may come late: an older or equal event never overwrites what a newer one left.
    """
    item = FactItem.of(fact)
    try:
        with db.errors():
            item.save(
                condition=FactItem.pk.does_not_exist() | (FactItem.version < fact.version), add_version_condition=False
            )
    except db.ConditionFailed:
        return False
    return True


def list_facts(*, community: str, month: Month, volunteer: str = "") -> list[domain.Fact]:
    """Return a month's facts, or one volunteer's: one Query, the marks of voided facts among them."""
    within = FactItem.sk.startswith(volunteer_prefix(volunteer) if volunteer else "V#")
    with db.errors():
        return [item.to_domain() for item in FactItem.query(month_pk(community, month), within)]
