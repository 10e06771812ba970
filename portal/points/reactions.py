"""What the ledger does when a deed was committed. Each reaction may run again: a source is answered once."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.events import Event
from portal.period import local_day
from portal.points import domain, rules, service

Reaction = Callable[[Event], None]


def pay_filed(event: Event) -> None:
    """A report was filed as valid: P02 to its reporter."""
    _pay_reporter(event, "P02", event.source, approver=event.actor, text="反映的问题 {} 已立案")


def pay_closed(event: Event) -> None:
    """A report was closed after its check: P03. Each close is paid by itself, since a reopening takes one back."""
    _pay_reporter(event, "P03", event.key, approver=event.actor, text="反映的问题 {} 办结，并通过核查")


def pay_rated(event: Event) -> None:
    """The reporter rated the result: P06, whatever the rating."""
    _pay_reporter(event, "P06", event.source, approver=domain.SYSTEM, text="给问题 {} 的办理结果打分")


def take_back_closed(event: Event) -> None:
    """A report was reopened: the P03 of its last close is taken back."""
    closed = [line["seq"] for line in event.history if line["type"] == "report.closed"]
    if closed and event.deed.get("volunteer"):
        service.take_back(
            community=event.deed["community"],
            volunteer=event.deed["volunteer"],
            rule="P03",
            source=f"{event.source}#{closed[-1]}",
            at=event.at,
            actor=event.actor,
            text=f"问题 {_reference(event)} 重新办理，先收回办结得分",
        )


def catch_up(event: Event) -> None:
    """An anonymous report got its reporter: all that happened to it before is paid as if they had signed in then."""
    for index, line in enumerate(event.history):
        reaction = _OF_REPORTS.get(line["type"])
        if reaction:
            reaction(
                replace(
                    event,
                    name=line["type"],
                    seq=line["seq"],
                    at=datetime.fromisoformat(line["at"]),
                    actor=line["actor"],
                    role=line["role"],
                    data=line["data"],
                    history=event.history[: index + 1],
                )
            )


def expect_service(event: Event) -> None:
    """A service was confirmed: its points are pending until its publicity is over."""
    deed = event.deed
    points = _points_of(deed)
    ends = deed.get("publicity_ends_at")
    if points:
        service.expect_points(
            pending=domain.Pending(
                community=deed["community"],
                volunteer=deed["volunteer"],
                source=event.source,
                rule="P07",
                points=points,
                on=_served_on(deed),
                final_on=local_day(datetime.fromisoformat(ends)) if ends else None,
                text=_service_text(deed),
            )
        )


def pay_service(event: Event) -> None:
    """A service is final: P07, counted for the day of the service, booked in the month it became final."""
    points = _points_of(event.deed)
    confirmers = [line["actor"] for line in event.history if line["type"] == "record.confirmed"]
    if points:
        credit = domain.Credit(
            rule="P07",
            points=points,
            source=event.source,
            on=_served_on(event.deed),
            at=event.at,
            actor=event.deed["volunteer"],
            approver=confirmers[-1] if confirmers else event.actor,
            text=_service_text(event.deed),
        )
        service.post_points(
            community=event.deed["community"], volunteer=event.deed["volunteer"], credit=credit, was_pending=True
        )


def drop_service(event: Event) -> None:
    """A service was voided: what is pending goes, what was posted is taken back."""
    service.take_back(
        community=event.deed["community"],
        volunteer=event.deed["volunteer"],
        rule="P07",
        source=event.source,
        at=event.at,
        actor=event.actor,
        text=f"{_service_text(event.deed)}：记录作废，收回得分",
    )


def pay_award(event: Event) -> None:
    """An award was published: P19 to every winner, once each."""
    for volunteer in event.deed["winners"]:
        on = local_day(event.at)
        credit = domain.Credit(
            rule="P19",
            points=rules.book_on(on).rules["P19"].points,
            source=f"{event.source}#{volunteer}",
            on=on,
            at=event.at,
            actor=event.deed.get("proposed_by") or event.actor,
            approver=event.deed.get("decided_by") or event.actor,
            text=f"获得 {event.deed['month']} 志愿之星",
        )
        service.post_points(community=event.deed["community"], volunteer=volunteer, credit=credit)


def _pay_reporter(event: Event, rule: str, source: str, *, approver: str, text: str) -> None:
    deed, on = event.deed, local_day(event.at)
    book = rules.book_on(on)
    if not deed.get("volunteer") or book.bars(rule, deed.get("subcategory") or deed["category"]):
        return
    credit = domain.Credit(
        rule=rule,
        points=book.rules[rule].points,
        source=source,
        on=on,
        at=event.at,
        actor=deed["volunteer"],
        approver=approver,
        text=text.format(_reference(event)),
    )
    service.post_points(community=deed["community"], volunteer=deed["volunteer"], credit=credit)


def _reference(event: Event) -> str:
    reference = str(event.deed["reference"])
    return f"{reference[:4]}-{reference[4:]}"


def _points_of(deed: Mapping[str, Any]) -> int:
    if not deed["attended"]:
        return 0
    return service.service_points(
        minutes=int(deed["minutes"]), coefficient=Decimal(str(deed["coefficient"])), on=_served_on(deed)
    )


def _served_on(deed: Mapping[str, Any]) -> date:
    return date.fromisoformat(deed["served_on"])


def _service_text(deed: Mapping[str, Any]) -> str:
    day, coefficient = _served_on(deed), Decimal(str(deed["coefficient"])).normalize()
    times = "" if coefficient == 1 else f"，系数 {coefficient}"
    return f"{day.month}月{day.day}日 {deed['activity']} {int(deed['minutes'])} 分钟{times}"


_OF_REPORTS: Mapping[str, Reaction] = {
    "report.filed": pay_filed,
    "report.closed": pay_closed,
    "report.rated": pay_rated,
    "report.reopened": take_back_closed,
}

REACTIONS: dict[str, Reaction] = {
    **_OF_REPORTS,
    "report.claimed": catch_up,
    "record.confirmed": expect_service,
    "record.recorded": pay_service,
    "record.voided": drop_service,
    "award.published": pay_award,
}
