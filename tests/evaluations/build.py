"""Builders of the events that scores react to."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from portal.evaluations import reactions
from portal.events import Entry, Event

COMMUNITY = "320105902901"


def record_event(
    name: str = "record.confirmed", *, seq: int = 2, at: datetime | None = None, record: str = "K7M2", **deed: Any
) -> Event:
    """Return an event of a service record as the stream brings it; it was confirmed on `confirmed_at`."""
    at = at or datetime(2026, 11, 9, 2, tzinfo=UTC)
    confirmed_at = deed.pop("confirmed_at", at)
    stored: dict[str, Any] = {
        "pk": f"REC#{record}",
        "sk": "RECORD",
        "state": name.partition(".")[2],
        "community": COMMUNITY,
        "volunteer": "V1",
        "activity": "巡河",
        "served_on": "2026-11-08",
        "minutes": Decimal(150),
        "attended": True,
        "stars": Decimal(5),
        "training_minutes": Decimal(0),
    }
    history = [line("record.confirmed", 2, confirmed_at)] if confirmed_at else []
    return event(f"REC#{record}", name, seq, at, history, stored | deed)


def report_event(
    name: str = "report.closed", *, seq: int = 8, at: datetime | None = None, reference: str = "NX7K42QM", **deed: Any
) -> Event:
    """Return an event of a report as the stream brings it; `closed_at` puts an earlier close into its history."""
    at = at or datetime(2026, 11, 9, 2, tzinfo=UTC)
    closed_at = deed.pop("closed_at", None)
    stored: dict[str, Any] = {
        "pk": f"R#{reference}",
        "sk": "REPORT",
        "state": "closed",
        "community": COMMUNITY,
        "volunteer": "V1",
        "category": "01",
        "subcategory": "0101",
    }
    history = [line("report.closed", 8, closed_at)] if closed_at else []
    return event(f"R#{reference}", name, seq, at, history, stored | deed)


def line(name: str, seq: int, at: datetime) -> Entry:
    """Return a line of a history."""
    return {"seq": seq, "type": name, "actor": "li", "role": "staff", "at": at.isoformat(), "data": {}}


def event(source: str, name: str, seq: int, at: datetime, history: list[Entry], deed: dict[str, Any]) -> Event:
    """Return an event with the history up to it."""
    lines = (*history, line(name, seq, at))
    return Event(name=name, source=source, seq=seq, at=at, actor="li", role="staff", deed=deed, history=lines)


def tell(*told: Event) -> None:
    """Hand events to the scores, as the stream does."""
    for each in told:
        reactions.REACTIONS[each.name](each)
