"""Stored rounds, the scores they froze, and honours."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from pynamodb.attributes import JSONAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from portal import db, events
from portal.awards import domain
from portal.evaluations.domain import Totals
from portal.period import Month

DUE_QUEUE = "awards"


def rounds_pk(community: str) -> str:
    """Return `C#320105902901`."""
    return f"C#{community}"


def round_sk(month: Month, kind: str = "") -> str:
    """Return `ROUND#2026-11#star`; without a kind, what the month's keys begin with."""
    return f"ROUND#{month}#{kind}"


def scores_pk(community: str, month: Month, kind: str, digest: str) -> str:
    """Return `C#320105902901#2026-11#star#<16 of the digest>`: two openings at once never mix their scores."""
    return f"C#{community}#{month}#{kind}#{digest[:16]}"


def honours_pk(volunteer: str) -> str:
    """Return `HONOUR#VK7M2Q4XZ8PAB`."""
    return f"HONOUR#{volunteer}"


class DueIndex(GlobalSecondaryIndex[Any]):
    """Rounds whose publicity ends, by when."""

    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due_queue = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class RoundItem(events.DeedItem):
    """`C#320105902901` / `ROUND#2026-11#star`: a month's award, its state and its history."""

    class Meta(db.Meta):
        table = "awards"

    community = UnicodeAttribute()
    month = UnicodeAttribute()
    kind = UnicodeAttribute()
    rules = UnicodeAttribute()
    score_rules = UnicodeAttribute()
    digest = UnicodeAttribute()
    quota = NumberAttribute()
    active = NumberAttribute()
    resting = ListAttribute[Any](of=UnicodeAttribute, default=list)
    last_score = UnicodeAttribute(null=True)
    priors = JSONAttribute(default=dict)
    totals = JSONAttribute(default=dict)
    winners = ListAttribute[Any](of=UnicodeAttribute, default=list)
    reason = UnicodeAttribute(null=True)
    proposed_by = UnicodeAttribute(null=True)
    decided_by = UnicodeAttribute(null=True)
    publicity_ends_at = UnicodeAttribute(null=True)
    published_at = UnicodeAttribute(null=True)
    names = ListAttribute[Any](of=UnicodeAttribute, default=list)
    others = NumberAttribute(default=0)
    due_queue = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    by_due = DueIndex()

    @classmethod
    def of(cls, new: domain.Round, entry: events.Entry) -> Self:
        """Return the item of a new round."""
        item = cls(rounds_pk(new.community), round_sk(new.month, new.kind), state=new.state, version=entry["seq"])
        item.history, item.community, item.month, item.kind = [entry], new.community, str(new.month), new.kind
        item.rules, item.score_rules, item.digest = new.rules, new.score_rules, new.digest
        item.quota, item.active, item.resting = new.quota, new.active, list(new.resting)
        item.last_score = None if new.last_score is None else str(new.last_score)
        item.priors, item.totals = dict(new.priors), asdict(new.totals)
        item.winners, item.names = list(new.winners), list(new.names)
        return item

    def changes(self, new: domain.Round, entry: events.Entry) -> list[Action]:
        """Return the update of a move: the state, the history, and every attribute a move may change."""
        publicised = new.state is domain.State.PUBLICISED
        values: Mapping[str, Any] = {
            "winners": list(new.winners),
            "reason": new.reason or None,
            "proposed_by": new.proposed_by or None,
            "decided_by": new.decided_by or None,
            "publicity_ends_at": _iso(new.publicity_ends_at),
            "published_at": _iso(new.published_at),
            "names": list(new.names),
            "others": new.others,
            "due_queue": DUE_QUEUE if publicised else None,
            "due_at": _iso(new.publicity_ends_at) if publicised else None,
        }
        attributes = {name: getattr(RoundItem, name) for name in values}
        return self.move_actions(new.state, entry) + [
            attributes[name].remove() if value is None else attributes[name].set(value)
            for name, value in values.items()
        ]

    @staticmethod
    def naming(renamed: domain.Round) -> list[Action]:
        """Return the update of who is named."""
        return [RoundItem.names.set(list(renamed.names)), RoundItem.others.set(renamed.others)]

    def to_domain(self) -> domain.Round:
        """Return the round."""
        return domain.Round(
            community=self.community,
            month=Month.parse(self.month),
            kind=self.kind,
            state=domain.State(self.state),
            version=int(self.version),
            rules=self.rules,
            score_rules=self.score_rules,
            digest=self.digest,
            quota=int(self.quota),
            active=int(self.active),
            resting=_texts(self.resting),
            last_score=Decimal(self.last_score) if self.last_score else None,
            priors=self.priors,
            totals=Totals(**self.totals),
            winners=_texts(self.winners),
            reason=self.reason or "",
            proposed_by=self.proposed_by or "",
            decided_by=self.decided_by or "",
            publicity_ends_at=_instant(self.publicity_ends_at),
            published_at=_instant(self.published_at),
            names=_texts(self.names),
            others=int(self.others),
            history=tuple({**line, "at": datetime.fromisoformat(line["at"])} for line in self.history),
        )


class ScoreItem(db.KeyedItem):
    """`C#320105902901#2026-11#star#9f86d081884c7d65` / `V#VK7M2Q4XZ8PAB`: one frozen score with its facts."""

    class Meta(db.Meta):
        table = "awards"

    row = JSONAttribute()


class HonourItem(db.KeyedItem):
    """`HONOUR#VK7M2Q4XZ8PAB` / `2026-11#star`: what a winner keeps."""

    class Meta(db.Meta):
        table = "awards"

    community = UnicodeAttribute()
    community_name = UnicodeAttribute()
    number = UnicodeAttribute()
    published_at = UnicodeAttribute()

    @classmethod
    def of(cls, honour: domain.Honour) -> Self:
        """Return the item of an honour."""
        return cls(
            honours_pk(honour.volunteer),
            f"{honour.month}#{honour.kind}",
            community=honour.community,
            community_name=honour.community_name,
            number=honour.number,
            published_at=honour.published_at.isoformat(),
        )

    def to_domain(self) -> domain.Honour:
        """Return the honour."""
        month, kind = self.sk.split("#")
        return domain.Honour(
            volunteer=self.pk.partition("#")[2],
            month=Month.parse(month),
            kind=kind,
            community=self.community,
            community_name=self.community_name,
            number=self.number,
            published_at=datetime.fromisoformat(self.published_at),
        )


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values)
