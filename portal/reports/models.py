"""How a report is stored: one item with its history inside, pages of old history beside it, four sparse indexes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from portal import db, events
from portal.period import Month
from portal.reports import domain

REPORT = "REPORT"
SUMMARY = 24
SPOT = 18
_SHARDS = 4
QUEUES = tuple(f"Q{shard}" for shard in range(_SHARDS))


def report_key(reference: str) -> str:
    """Return `R#NX7K42QM`."""
    return f"R#{reference}"


def page_key(number: int) -> str:
    """Return `HISTORY#0001`."""
    return f"HISTORY#{number:04d}"


def board_key(community: str, month: Month) -> str:
    """Return `320105902901#2026-11`."""
    return f"{community}#{month}"


class DeskIndex(GlobalSecondaryIndex["ReportItem"]):
    """Open reports of a desk by time left: `320105902901` or `320105#SAN`, `2026-11-20T06:00:00Z`."""

    class Meta:
        index_name = "desk"
        projection = IncludeProjection(
            ["state", "category", "subcategory", "summary", "spot", "urgency", "submitted_at", "area"]
        )

    desk = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class DueIndex(GlobalSecondaryIndex["ReportItem"]):
    """What the clock must look at, in four queues: `Q2`, `2026-11-20T06:00:00Z`."""

    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due_queue = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class MineIndex(GlobalSecondaryIndex["ReportItem"]):
    """A volunteer's own reports: `V7K2M…`, `2026-11-20T02:00:00Z`."""

    class Meta:
        index_name = "mine"
        projection = IncludeProjection(["state", "category", "subcategory", "summary", "spot"])

    volunteer_key = UnicodeAttribute(hash_key=True)
    submitted_at = UnicodeAttribute(range_key=True)


class BoardIndex(GlobalSecondaryIndex["ReportItem"]):
    """What a community solved in a month, in nobody's words: `320105902901#2026-11`, `2026-11-20T06:00:00Z`."""

    class Meta:
        index_name = "board"
        projection = IncludeProjection(["category", "subcategory", "station_name", "rating"])

    board_key = UnicodeAttribute(hash_key=True)
    closed_at = UnicodeAttribute(range_key=True)


class ReportItem(events.DeedItem):
    """`R#NX7K42QM` / `REPORT`. Index keys are absent where the report has no place in that index."""

    class Meta(db.Meta):
        table = "reports"

    reference = UnicodeAttribute()
    community = UnicodeAttribute()
    area = UnicodeAttribute()
    category = UnicodeAttribute()
    subcategory = UnicodeAttribute(default="")
    volunteer = UnicodeAttribute(default="")
    description = UnicodeAttribute()
    place = UnicodeAttribute(default="")
    summary = UnicodeAttribute()
    spot = UnicodeAttribute()
    channel = UnicodeAttribute()
    urgency = UnicodeAttribute()
    rules = UnicodeAttribute()
    submitted_at = UnicodeAttribute()
    level = NumberAttribute(null=True)
    station = UnicodeAttribute(null=True)
    station_name = UnicodeAttribute(null=True)
    placard = UnicodeAttribute(null=True)
    location = UnicodeAttribute(null=True)
    consent = UnicodeAttribute(null=True)
    phone_token = UnicodeAttribute(null=True)
    phone_hash = UnicodeAttribute(null=True)
    tail_hash = UnicodeAttribute(null=True)
    key_hash = UnicodeAttribute(null=True)
    form_hash = UnicodeAttribute(null=True)
    body_hash = UnicodeAttribute(null=True)
    promised_at = UnicodeAttribute(null=True)
    late_at = UnicodeAttribute(null=True)
    dispatched_at = UnicodeAttribute(null=True)
    filers = ListAttribute[Any](of=UnicodeAttribute, null=True)
    handlers = ListAttribute[Any](of=UnicodeAttribute, null=True)
    held = ListAttribute[Any](of=UnicodeAttribute, null=True)
    result = UnicodeAttribute(null=True)
    rating = NumberAttribute(null=True)
    reopened = NumberAttribute(null=True)
    reworks = NumberAttribute(null=True)
    confidential = BooleanAttribute(null=True)
    sealed = BooleanAttribute(null=True)
    above = BooleanAttribute(null=True)
    pages = NumberAttribute(null=True)
    desk = UnicodeAttribute(null=True)
    due_queue = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    volunteer_key = UnicodeAttribute(null=True)
    board_key = UnicodeAttribute(null=True)
    closed_at = UnicodeAttribute(null=True)
    steps = ListAttribute[Any](of=events.LineAttribute, null=True)  # a page of old history, read along in one query

    by_desk = DeskIndex()
    by_due = DueIndex()
    by_volunteer = MineIndex()
    by_board = BoardIndex()


class PageItem(db.KeyedItem):
    """`R#NX7K42QM` / `HISTORY#0001`: the oldest steps of a long history. It is no deed, so it raises no events."""

    class Meta(db.Meta):
        table = "reports"

    steps = ListAttribute[Any](of=events.LineAttribute, default=list)


_TIMES = ("submitted_at", "due_at", "promised_at", "late_at", "dispatched_at", "closed_at")
_LISTS = ("filers", "handlers", "held")
_PLAIN = (
    "reference", "community", "area", "category", "subcategory", "volunteer", "description", "place", "urgency",
    "rules", "level", "station", "station_name", "placard", "location", "consent", "phone_token", "phone_hash",
    "tail_hash", "key_hash", "form_hash", "body_hash", "desk", "result", "rating", "reopened", "reworks",
    "confidential", "sealed", "above", "pages",
)  # fmt: skip
_KEPT_EMPTY = ("subcategory", "volunteer", "place")


def stored(report: domain.Report) -> dict[str, Any]:
    """Return a report's attributes but for state, version and history; what is empty is absent."""
    values: dict[str, Any] = {name: getattr(report, name) for name in _PLAIN}
    values |= {name: text(getattr(report, name)) for name in _TIMES}
    values |= {name: list(getattr(report, name)) for name in _LISTS}
    values |= {"channel": report.channel.value, **_places(report)}
    values |= {"summary": _short(report.description, SUMMARY), "spot": _short(report.place, SPOT)}
    return {name: value for name, value in values.items() if value or name in _KEPT_EMPTY}


def _places(report: domain.Report) -> dict[str, str | None]:
    """Return the keys of the sparse indexes."""
    shown = report.closed_at if report.state == domain.State.CLOSED and not report.confidential else None
    waits = report.due_at and not report.late_at
    return {
        "desk": report.desk if report.open else None,
        "due_queue": QUEUES[sum(report.reference.encode()) % _SHARDS] if waits else None,
        "volunteer_key": report.volunteer or None,
        "board_key": board_key(report.community, Month.of(shown)) if shown else None,
    }


def _short(words: str, most: int) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1] + "…"


def text(instant: datetime | None) -> str:
    """Return `2026-11-20T06:00:00Z`, which sorts as time does."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if instant else ""


def instant(stored_text: str | None) -> datetime | None:
    """Return the moment that a stored time names."""
    return datetime.fromisoformat(stored_text) if stored_text else None


def line(step: domain.Step) -> events.Entry:
    """Return a step as its history line."""
    return {**vars(step), "at": step.at.astimezone(UTC).isoformat(timespec="seconds"), "data": dict(step.data)}


def step(entry: Mapping[str, Any]) -> domain.Step:
    """Return a history line as a step."""
    return domain.Step(**{**entry, "at": datetime.fromisoformat(entry["at"])})


def item(report: domain.Report) -> ReportItem:
    """Return a report as its item."""
    return ReportItem(
        report_key(report.reference),
        REPORT,
        state=report.state.value,
        version=report.version,
        history=[line(each) for each in report.history],
        **stored(report),
    )


def report(found: ReportItem, older: list[ReportItem] | None = None) -> domain.Report:
    """Return an item as a report, its older pages of history first."""
    lines = [entry for page in older or () for entry in page.steps or ()] + list(found.history)
    values = {name: getattr(found, name) for name in _PLAIN if getattr(found, name) is not None}
    values |= {name: instant(getattr(found, name)) for name in _TIMES}
    values |= {name: tuple(getattr(found, name) or ()) for name in _LISTS}
    return domain.Report(
        state=domain.State(found.state),
        version=int(found.version),
        channel=domain.Channel(found.channel),
        history=tuple(step(entry) for entry in lines),
        **values,
    )


def row(found: ReportItem) -> domain.Row:
    """Return what an index holds of a report."""
    return domain.Row(
        reference=found.pk.removeprefix("R#"),
        state=domain.State(found.state),
        category=found.category,
        subcategory=found.subcategory,
        summary=found.summary,
        spot=found.spot,
        urgency=found.urgency or "",
        area=found.area or "",
        due_at=instant(found.due_at),
        submitted_at=instant(found.submitted_at),
    )
