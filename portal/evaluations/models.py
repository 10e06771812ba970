"""Stored facts: one item for each deed that counts towards a volunteer's month."""

from datetime import datetime
from typing import Any, Self

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from portal import db
from portal.evaluations import domain
from portal.period import Month


def month_pk(community: str, month: Month) -> str:
    """Return `C#320105902901#2026-11`."""
    return f"C#{community}#{month}"


def volunteer_prefix(volunteer: str) -> str:
    """Return `V#VK7M2Q4XZ8PAB#`, what the sort keys of one person's facts begin with."""
    return f"V#{volunteer}#"


class FactItem(db.KeyedItem):
    """`C#320105902901#2026-11` / `V#VK7M2Q4XZ8PAB#record#K7M2Q4XZ8PAB`: one Query gives a month with its sources."""

    class Meta(db.Meta):
        table = "evaluations"

    title = UnicodeAttribute(default="")
    at = UnicodeAttribute()
    version = NumberAttribute()
    values = JSONAttribute()
    counted = BooleanAttribute()

    @classmethod
    def of(cls, fact: domain.Fact) -> Self:
        """Return the item of a fact."""
        return cls(
            month_pk(fact.community, fact.month),
            f"{volunteer_prefix(fact.volunteer)}{fact.kind}#{fact.source}",
            title=fact.title,
            at=fact.at.isoformat(),
            version=fact.version,
            values=dict(fact.values),
            counted=fact.counted,
        )

    def to_domain(self) -> domain.Fact:
        """Return the fact."""
        _, community, month = self.pk.split("#")
        _, volunteer, kind, source = self.sk.split("#", 3)
        values: dict[str, Any] = self.values
        return domain.Fact(
            kind=domain.FactKind(kind),
            community=community,
            month=Month.parse(month),
            volunteer=volunteer,
            source=source,
            title=self.title,
            at=datetime.fromisoformat(self.at),
            version=int(self.version),
            values=values,
            counted=self.counted,
        )
