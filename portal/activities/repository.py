"""Questions about service records and writes of them, in domain terms."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal import db, events
from portal.activities import domain
from portal.activities.models import (
    RECORD,
    SETTLE_QUEUE,
    DayItem,
    RecordItem,
    confirm_queue,
    day_pk,
    month_key,
    record_pk,
    stamp,
)
from portal.errors import NotFound
from portal.period import Month

_PAGE = 50
_TABLE_KEYS = ("pk", "sk")


@dataclass(frozen=True)
class Day:
    """What one person's day holds, by record, and the version it was read at."""

    volunteer: str
    on: date
    version: int
    spans: dict[str, domain.Span]


def get_record(record_id: str) -> domain.Record:
    """Return a record. Raises NotFound."""
    try:
        with db.errors():
            return RecordItem.get(record_pk(record_id), RECORD, consistent_read=True).to_domain()
    except RecordItem.DoesNotExist:
        raise NotFound from None


def get_day(*, volunteer: str, on: date) -> Day:
    """Return one person's day, empty when nothing is recorded on it."""
    try:
        with db.errors():
            item = DayItem.get(day_pk(volunteer), on.isoformat(), consistent_read=True)
    except DayItem.DoesNotExist:
        return Day(volunteer, on, 0, {})
    spans = {
        row["record"]: domain.Span(start=row["start"], minutes=row["minutes"], attended=row["attended"])
        for row in item.spans
    }
    return Day(volunteer, on, int(item.version), spans)


def add_record(*, record: domain.Record, entry: events.Entry, day: Day) -> domain.Record:
    """Store a new record together with its place in the day. Raises Conflict when the day changed meanwhile."""
    item = RecordItem.of(record, entry)
    work = db.Transaction()
    work.put(item, RecordItem.pk.does_not_exist(), "record")
    _put_day(work, day, {**day.spans, record.id: record.span})
    work.commit()
    return item.to_domain()


def save_move(*, record: domain.Record, entry: events.Entry) -> domain.Record:
    """Store a move; `record` holds the new state and still the version it was read at. Raises Conflict."""
    item = RecordItem(record_pk(record.id), RECORD)
    try:
        db.update(item, item.actions(record, entry), RecordItem.version == record.version)
    except db.ConditionFailed:
        found = get_record(record.id)
        if entry not in found.history:  # else the answer to our own write was lost and it was sent again
            raise
        return found
    return item.to_domain()


def save_void(*, record: domain.Record, entry: events.Entry, day: Day) -> domain.Record:
    """Store that a record is void and give its place in the day back. Raises Conflict."""
    item = RecordItem(record_pk(record.id), RECORD)
    work = db.Transaction()
    work.update(item, item.actions(record, entry), RecordItem.version == record.version, "record")
    _put_day(work, day, {name: span for name, span in day.spans.items() if name != record.id})
    work.commit()
    return get_record(record.id)


def list_month(*, community: str, month: Month, cursor: db.Cursor | None = None) -> db.Page[domain.Record]:
    """Return a page of a community's month, latest service first."""
    rows = RecordItem.by_month.query(
        month_key(community, month),
        scan_index_forward=False,
        limit=_PAGE + 1,
        last_evaluated_key=db.start_key(cursor),
    )
    return _page(rows, ("month_key", "month_sort", *_TABLE_KEYS))


def list_waiting(*, community: str, cursor: db.Cursor | None = None) -> db.Page[domain.Record]:
    """Return a page of what waits for a second person, longest waiting first."""
    rows = RecordItem.by_due.query(confirm_queue(community), limit=_PAGE + 1, last_evaluated_key=db.start_key(cursor))
    return _page(rows, ("due_queue", "due_at", *_TABLE_KEYS))


def list_of_volunteer(*, volunteer: str, cursor: db.Cursor | None = None) -> db.Page[domain.Record]:
    """Return a page of one volunteer's records, latest service first."""
    rows = RecordItem.by_volunteer.query(
        volunteer, scan_index_forward=False, limit=_PAGE + 1, last_evaluated_key=db.start_key(cursor)
    )
    return _page(rows, ("volunteer_key", "month_sort", *_TABLE_KEYS))


def each_due(*, now: datetime) -> Iterator[domain.Record]:
    """Yield the records whose publicity has ended, earliest first: the cost grows with these, not with all."""
    with db.errors():
        rows = list(RecordItem.by_due.query(SETTLE_QUEUE, RecordItem.due_at <= stamp(now)))
    yield from (item.to_domain() for item in rows)


def _page(rows: Any, keys: tuple[str, ...]) -> db.Page[domain.Record]:
    page = db.page(rows, limit=_PAGE, keys=keys)
    return db.Page([item.to_domain() for item in page.items], page.cursor)


def _put_day(work: db.Transaction, day: Day, spans: dict[str, domain.Span]) -> None:
    rows = [
        {"record": name, "start": span.start, "minutes": span.minutes, "attended": span.attended}
        for name, span in spans.items()
    ]
    item = DayItem(day_pk(day.volunteer), day.on.isoformat(), version=day.version + 1, spans=rows)
    unchanged = DayItem.version == day.version if day.version else DayItem.pk.does_not_exist()
    work.put(item, unchanged, "day")
