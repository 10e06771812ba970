"""What scores learn from other features' events: a service confirmed or voided, a report solved or reopened."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from portal.evaluations import domain, rules, service
from portal.events import Entry, Event
from portal.period import Month


def keep_record(event: Event) -> None:
    """A record counts once a second person confirmed it; a later change of it is known by its version."""
    deed = event.deed
    attended = bool(deed["attended"])
    service.keep_fact(
        fact=_record(
            event,
            {
                "minutes": int(deed["minutes"]) if attended else 0,
                "attended": int(attended),
                "stars": int(deed.get("stars") or 0),
                "training_minutes": int(deed.get("training_minutes") or 0),
            },
        )
    )


def void_record(event: Event) -> None:
    """A voided record counts no more; one that was never confirmed never did."""
    if _last(event, "record.confirmed"):
        service.keep_fact(fact=_record(event, {}, counted=False))


def keep_report(event: Event) -> None:
    """A report of a volunteer, solved and verified, counts for the month it was closed in."""
    if _is_scored(event):
        service.keep_fact(fact=_report(event, Month.of(event.at), {"resolved": 1}))


def claim_report(event: Event) -> None:
    """A report claimed after it was closed counts as if it had been the volunteer's all along."""
    last = _last(event, "report.closed", "report.reopened")
    if last and last["type"] == "report.closed" and _is_scored(event):
        month = Month.of(datetime.fromisoformat(last["at"]))
        service.keep_fact(fact=_report(event, month, {"resolved": 1}))


def reopen_report(event: Event) -> None:
    """A reopened report counts no more. It was closed at most a week ago: in this month or the one before."""
    if _is_scored(event):
        for month in (Month.of(event.at), Month.of(event.at).previous()):
            service.keep_fact(fact=_report(event, month, {}, counted=False))


def _record(event: Event, values: Mapping[str, int], *, counted: bool = True) -> domain.Fact:
    deed = event.deed
    served_on = date.fromisoformat(str(deed["served_on"]))
    confirmed = _last(event, "record.confirmed")
    month = service.month_of_record(
        community=deed["community"],
        served=Month(served_on.year, served_on.month),
        confirmed_at=datetime.fromisoformat(confirmed["at"]) if confirmed else event.at,
    )
    title = f"{served_on.month}月{served_on.day}日 {deed['activity']}"
    return _fact(domain.FactKind.RECORD, event, month=month, title=title, values=values, counted=counted)


def _report(event: Event, month: Month, values: Mapping[str, int], *, counted: bool = True) -> domain.Fact:
    return _fact(domain.FactKind.REPORT, event, month=month, title="", values=values, counted=counted)


def _fact(kind: domain.FactKind, event: Event, **rest: Any) -> domain.Fact:
    return domain.Fact(
        kind=kind,
        community=event.deed["community"],
        volunteer=event.deed["volunteer"],
        source=event.source.partition("#")[2],
        at=event.at,
        version=event.seq,
        **rest,
    )


def _last(event: Event, *names: str) -> Entry | None:
    return next((line for line in reversed(event.history) if line["type"] in names), None)


def _is_scored(event: Event) -> bool:
    deed = event.deed
    in_force = rules.rules_for(community=deed["community"], month=Month.of(event.at))
    category = str(deed.get("subcategory") or deed.get("category") or "")
    return bool(deed.get("volunteer")) and domain.counts_for_score(category=category, rules=in_force)


REACTIONS: dict[str, Callable[[Event], None]] = {
    "record.confirmed": keep_record,
    "record.recorded": keep_record,
    "record.voided": void_record,
    "report.closed": keep_report,
    "report.claimed": claim_report,
    "report.reopened": reopen_report,
}
