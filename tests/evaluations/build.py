"""Builders of the events that scores react to."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from portal.evaluations import reactions
from portal.events import Event

COMMUNITY = "320105902901"


def record_event(
    name: str = "record.confirmed", *, seq: int = 2, at: datetime | None = None, record: str = "K7M2", **deed: Any
) -> Event:
    """Return an event of a service record as the stream brings it."""
    at = at or datetime(2026, 11, 9, 2, tzinfo=UTC)
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
        "confirmed_at": at.isoformat(),
    }
    return Event(name=name, source=f"REC#{record}", seq=seq, at=at, actor="li", role="staff", deed=stored | deed)


def report_event(
    name: str = "report.closed", *, seq: int = 8, at: datetime | None = None, reference: str = "NX7K42QM", **deed: Any
) -> Event:
    """Return an event of a report as the stream brings it."""
    at = at or datetime(2026, 11, 9, 2, tzinfo=UTC)
    stored: dict[str, Any] = {
        "pk": f"R#{reference}",
        "sk": "REPORT",
        "state": "closed",
        "community": COMMUNITY,
        "volunteer": "V1",
        "category": "01",
        "subcategory": "0101",
        "closed_at": at.isoformat(),
    }
    return Event(name=name, source=f"R#{reference}", seq=seq, at=at, actor="zhou", role="staff", deed=stored | deed)


def tell(*told: Event) -> None:
    """Hand events to the scores, as the stream does."""
    for event in told:
        reactions.REACTIONS[event.name](event)
