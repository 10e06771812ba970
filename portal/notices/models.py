"""Stored notices and their keys."""

from datetime import datetime
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from portal import db
from portal.notices import domain


class DueIndex(GlobalSecondaryIndex[Any]):
    """What waits to be sent (`queued`, by the time it is due), and what the outbox holds (`outbox`, by its time)."""

    class Meta:
        index_name = "due"
        projection = AllProjection()

    due_queue = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class NoticeItem(db.Item):
    """A notice, such as `N#report.closed/R#K7M2Q4XZ#7`; its number and secret parameters only ever encrypted."""

    class Meta(db.Meta):
        table = "notices"

    pk = UnicodeAttribute(hash_key=True)
    state = UnicodeAttribute()
    template = UnicodeAttribute()
    recipient = UnicodeAttribute()
    params = JSONAttribute()
    created_at = UTCDateTimeAttribute()
    tries = NumberAttribute(default=0)
    sealed = UnicodeAttribute(null=True)
    due_queue = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    expires_at = TTLAttribute()
    by_due = DueIndex()

    def to_domain(self) -> domain.Notice:
        """Return the notice."""
        return domain.Notice(
            key=self.pk.removeprefix("N#"),
            template=self.template,
            recipient=self.recipient,
            params=self.params,
            created_at=self.created_at,
            state=self.state,
            tries=int(self.tries),
        )


def notice_key(key: str) -> str:
    """Return a notice's key."""
    return f"N#{key}"


def instant(at: datetime) -> str:
    """Return an instant as the index sorts it, such as `2026-11-20T02:00:00.000000+00:00`."""
    return at.isoformat(timespec="microseconds")
