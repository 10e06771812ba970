"""Stored service records, and the days they take."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from portal import db, events
from portal.activities import domain
from portal.period import Month

RECORD = "RECORD"
SETTLE_QUEUE = "SETTLE"


def record_pk(record_id: str) -> str:
    """Return `REC#K7M2Q4XZ8PAB`."""
    return f"REC#{record_id}"


def month_key(community: str, month: Month) -> str:
    """Return `320105902901#2026-11`."""
    return f"{community}#{month}"


def confirm_queue(community: str) -> str:
    """Return `CONFIRM#320105902901`: what waits there for a second person."""
    return f"CONFIRM#{community}"


def day_pk(volunteer: str) -> str:
    """Return `DAY#VK7M2Q4XZ8PAB`."""
    return f"DAY#{volunteer}"


def stamp(instant: datetime) -> str:
    """Return an instant as it is stored and sorted: `2026-11-20T02:00:00+00:00`."""
    return instant.isoformat(timespec="seconds")


class MonthIndex(GlobalSecondaryIndex[Any]):
    """A community's records of one month, by time of service."""

    class Meta:
        index_name = "month"
        projection = AllProjection()

    month_key = UnicodeAttribute(hash_key=True)
    month_sort = UnicodeAttribute(range_key=True)


class VolunteerIndex(GlobalSecondaryIndex[Any]):
    """One volunteer's records, by time of service."""

    class Meta:
        index_name = "volunteer"
        projection = AllProjection()

    volunteer_key = UnicodeAttribute(hash_key=True)
    month_sort = UnicodeAttribute(range_key=True)


class DueIndex(GlobalSecondaryIndex[Any]):
    """Sparse: records that wait for a second person (by community), and those whose publicity runs."""

    class Meta:
        index_name = "due"
        projection = AllProjection()

    due_queue = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class RecordItem(events.DeedItem):
    """`REC#K7M2Q4XZ8PAB` / `RECORD`: one service with its state and history."""

    class Meta(db.Meta):
        table = "activities"

    record = UnicodeAttribute()
    community = UnicodeAttribute()
    area = UnicodeAttribute()
    volunteer = UnicodeAttribute()
    volunteer_name = UnicodeAttribute()
    activity = UnicodeAttribute()
    served_on = UnicodeAttribute()
    month = UnicodeAttribute()
    started_at = UnicodeAttribute()
    minutes = NumberAttribute()
    stated_minutes = NumberAttribute()
    attended = BooleanAttribute()
    coefficient = UnicodeAttribute()
    stars = NumberAttribute(null=True)
    training_minutes = NumberAttribute()
    submitted_by = UnicodeAttribute()
    submitted_at = UnicodeAttribute()
    rule_version = UnicodeAttribute()
    publicity_ends_at = UnicodeAttribute(null=True)
    month_key = UnicodeAttribute()
    month_sort = UnicodeAttribute()
    volunteer_key = UnicodeAttribute()
    due_queue = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    by_month = MonthIndex()
    by_volunteer = VolunteerIndex()
    by_due = DueIndex()

    @classmethod
    def of(cls, record: domain.Record, entry: events.Entry) -> "RecordItem":
        """Return the item of a new record, which waits for a second person."""
        return cls(
            record_pk(record.id),
            RECORD,
            state=record.state,
            version=record.version,
            history=[entry],
            record=record.id,
            community=record.community,
            area=record.area,
            volunteer=record.volunteer,
            volunteer_name=record.volunteer_name,
            activity=record.activity,
            served_on=record.served_on.isoformat(),
            month=str(record.month),
            started_at=stamp(record.started_at),
            minutes=record.minutes,
            stated_minutes=record.stated_minutes,
            attended=record.attended,
            coefficient=str(record.coefficient),
            stars=record.stars,
            training_minutes=record.training_minutes,
            submitted_by=record.submitted_by,
            submitted_at=stamp(record.submitted_at),
            rule_version=record.rule_version,
            month_key=month_key(record.community, record.month),
            month_sort=f"{stamp(record.started_at)}#{record.id}",
            volunteer_key=record.volunteer,
            due_queue=confirm_queue(record.community),
            due_at=stamp(record.submitted_at),
        )

    def to_domain(self) -> domain.Record:
        """Return the record."""
        ends = self.publicity_ends_at
        return domain.Record(
            id=self.record,
            community=self.community,
            area=self.area,
            volunteer=self.volunteer,
            volunteer_name=self.volunteer_name,
            activity=self.activity,
            served_on=date.fromisoformat(self.served_on),
            started_at=datetime.fromisoformat(self.started_at),
            minutes=int(self.minutes),
            stated_minutes=int(self.stated_minutes),
            attended=self.attended,
            coefficient=Decimal(self.coefficient),
            stars=int(self.stars) if self.stars is not None else None,
            training_minutes=int(self.training_minutes),
            state=self.state,
            version=int(self.version),
            submitted_by=self.submitted_by,
            submitted_at=datetime.fromisoformat(self.submitted_at),
            rule_version=self.rule_version,
            publicity_ends_at=datetime.fromisoformat(ends) if ends else None,
            history=tuple(self.history),
        )

    def actions(self, record: domain.Record, entry: events.Entry) -> list[Action]:
        """Return the update of one move: in publicity the record waits for its end, after that for nothing."""
        moved = self.move_actions(record.state, entry)
        ends = record.publicity_ends_at
        if record.state == domain.State.CONFIRMED and ends:
            due = [RecordItem.due_queue.set(SETTLE_QUEUE), RecordItem.due_at.set(stamp(ends))]
            return [*moved, RecordItem.publicity_ends_at.set(stamp(ends)), *due]
        return [*moved, RecordItem.due_queue.remove(), RecordItem.due_at.remove()]


class DayItem(db.KeyedItem):
    """`DAY#VK7M2Q4XZ8PAB` / `2026-11-20`: the parts of a person's day that records take, so that none overlap."""

    class Meta(db.Meta):
        table = "activities"

    version = NumberAttribute(default=0)
    spans = ListAttribute[Any](of=JSONAttribute, default=list)
