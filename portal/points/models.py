"""The stored ledger: balances, what is pending, claims of sources (one table); entries (a table nobody may change)."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pynamodb.attributes import DiscriminatorAttribute, NumberAttribute, UnicodeAttribute

from portal import db
from portal.points import domain

BALANCE = "BALANCE"
CLAIM = "CLAIM"


def account_pk(community: str, volunteer: str) -> str:
    """Return `ACC#320105902901#VK7M2Q4XZ8PAB`."""
    return f"ACC#{community}#{volunteer}"


def entry_sk(seq: int) -> str:
    """Return `E#000000000042`."""
    return f"E#{seq:012d}"


def pending_sk(source: str, rule: str) -> str:
    """Return `PENDING#REC#2H7K9MPQ#P07`."""
    return f"PENDING#{source}#{rule}"


def claim_pk(source: str, rule: str) -> str:
    """Return `CLAIM#R#K7M2Q4XZ#P02`; a reversal's ends in `P02-`."""
    return f"CLAIM#{source}#{rule}"


class PointsRow(db.KeyedItem):
    """Any item of the table, so that one read brings several kinds."""

    class Meta(db.Meta):
        table = "points"

    kind = DiscriminatorAttribute(attr_name="t")


class BalanceItem(PointsRow, discriminator="balance"):
    """`ACC#<community>#<volunteer>` / `BALANCE`: at most 1 KB, whatever the account's age."""

    version = NumberAttribute()
    seq = NumberAttribute()
    head = UnicodeAttribute()
    held = NumberAttribute(default=0)
    lots = UnicodeAttribute()
    booked = UnicodeAttribute()
    days = UnicodeAttribute()
    months = UnicodeAttribute()

    @classmethod
    def of(cls, balance: domain.Balance) -> "BalanceItem":
        """Return the item of a balance."""
        return cls(
            account_pk(balance.community, balance.volunteer),
            BALANCE,
            version=balance.version,
            seq=balance.seq,
            head=balance.head,
            held=balance.held,
            lots=domain.canonical(balance.lots),
            booked=domain.canonical(balance.booked),
            days=domain.canonical([balance.days.floor, balance.days.counts]),
            months=domain.canonical([balance.months.floor, balance.months.counts]),
        )

    def to_domain(self) -> domain.Balance:
        """Return the balance."""
        _, community, volunteer = self.pk.split("#", 2)
        return domain.Balance(
            community=community,
            volunteer=volunteer,
            version=int(self.version),
            seq=int(self.seq),
            head=self.head,
            held=int(self.held),
            lots=json.loads(self.lots),
            booked=json.loads(self.booked),
            days=_counters(self.days),
            months=_counters(self.months),
        )


class PendingItem(PointsRow, discriminator="pending"):
    """`ACC#<community>#<volunteer>` / `PENDING#<source>#<rule>`: what will be posted when its source is final."""

    points = NumberAttribute()
    on = UnicodeAttribute()
    final_on = UnicodeAttribute()
    text = UnicodeAttribute()

    @classmethod
    def of(cls, pending: domain.Pending) -> "PendingItem":
        """Return the item of what is pending."""
        return cls(
            account_pk(pending.community, pending.volunteer),
            pending_sk(pending.source, pending.rule),
            points=pending.points,
            on=pending.on.isoformat(),
            final_on=pending.final_on.isoformat() if pending.final_on else "",
            text=pending.text,
        )

    def to_domain(self) -> domain.Pending:
        """Return what is pending."""
        _, community, volunteer = self.pk.split("#", 2)
        source, _, rule = self.sk.removeprefix("PENDING#").rpartition("#")
        return domain.Pending(
            community=community,
            volunteer=volunteer,
            source=source,
            rule=rule,
            points=int(self.points),
            on=date.fromisoformat(self.on),
            final_on=date.fromisoformat(self.final_on) if self.final_on else None,
            text=self.text,
        )


class ClaimItem(PointsRow, discriminator="claim"):
    """`CLAIM#<source>#<rule>` / `CLAIM`: a source is answered once, ever, with an entry or with a refusal."""

    account = UnicodeAttribute()
    seq = NumberAttribute(default=0)
    points = NumberAttribute(default=0)
    refusal = UnicodeAttribute(null=True)

    @classmethod
    def of(cls, source: str, rule: str, balance: domain.Balance, answer: domain.Entry | domain.Refusal) -> "ClaimItem":
        """Return the claim that keeps an answer."""
        item = cls(claim_pk(source, rule), CLAIM, account=account_pk(balance.community, balance.volunteer))
        if isinstance(answer, domain.Refusal):
            item.refusal = answer.reason.value
        else:
            item.seq, item.points = answer.seq, answer.points
        return item

    def to_domain(self) -> domain.Posting:
        """Return the answer kept."""
        refused = domain.Reason(self.refusal) if self.refusal else None
        return domain.Posting(seq=int(self.seq), points=int(self.points), refused=refused)


class EntryItem(db.KeyedItem):
    """`ACC#<community>#<volunteer>` / `E#000000000042`: a line of the ledger, put once and never touched again."""

    class Meta(db.Meta):
        table = "points-entries"

    kind = UnicodeAttribute()
    rule = UnicodeAttribute()
    rule_version = UnicodeAttribute()
    points = NumberAttribute()
    balance = NumberAttribute()
    source = UnicodeAttribute()
    on = UnicodeAttribute()
    month = UnicodeAttribute()
    at = UnicodeAttribute()
    expires_on = UnicodeAttribute()
    actor = UnicodeAttribute()
    approver = UnicodeAttribute()
    text = UnicodeAttribute()
    reverses = NumberAttribute(default=0)
    hash = UnicodeAttribute()

    @classmethod
    def of(cls, entry: domain.Entry) -> "EntryItem":
        """Return the item of an entry."""
        plain = domain.as_plain(entry)
        keys = account_pk(plain.pop("community"), plain.pop("volunteer")), entry_sk(plain.pop("seq"))
        return cls(*keys, **plain)

    def to_domain(self) -> domain.Entry:
        """Return the entry."""
        _, community, volunteer = self.pk.split("#", 2)
        plain: Mapping[str, Any] = self.attribute_values
        return domain.Entry(
            **{name: value for name, value in plain.items() if name not in {"pk", "sk"}}
            | {
                "community": community,
                "volunteer": volunteer,
                "seq": int(self.sk.removeprefix("E#")),
                "kind": domain.Kind(self.kind),
                "on": date.fromisoformat(self.on),
                "at": datetime.fromisoformat(self.at),
                "expires_on": date.fromisoformat(self.expires_on),
            },
        )


def _counters(text: str) -> domain.Counters:
    floor, counts = json.loads(text)
    return domain.Counters(counts, floor)
