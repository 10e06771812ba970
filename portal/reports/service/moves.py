"""The moves of a report: load, decide by the table, store under the version it was decided on."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from portal import privacy
from portal.reports import domain, repository, rules
from portal.reports.service import deadlines, submit
from portal.workflow import SYSTEM, Actor

Changes = dict[str, Any]
Decide = Callable[[domain.Report], Changes]


def file_report(
    *, actor: Actor, reference: str, version: int, subcategory: str, urgency: str, now: datetime, place: str = ""
) -> domain.Report:
    """Accept a report as a case, its kind, urgency and place confirmed (`domain.md` c1 7)."""
    case = rules.current().subcategory(subcategory)
    rules.current().urgency(urgency)
    domain.check_level(subcategory=case, actor=actor)

    def decide(report: domain.Report) -> Changes:
        above = case.has(domain.Flag.ABOVE)
        return {
            "category": case.category,
            "subcategory": case.code,
            "level": case.level,
            "urgency": urgency,
            "place": place or report.place,
            "confidential": case.has(domain.Flag.CONFIDENTIAL),
            "sealed": case.has(domain.Flag.SEALED),
            "above": above,
            "desk": replace(report, above=above).home_desk,
            "filers": (*report.filers, actor.id),
        }

    data = {"subcategory": case.code, "urgency": urgency}
    return _staff_move("file", actor, reference, version, now=now, data=data, decide=decide)


def reject_report(
    *, actor: Actor, reference: str, version: int, reason_code: str, note: str, now: datetime
) -> domain.Report:
    """Refuse a report with a reason of the list and words to the reporter (`domain.md` c1 6)."""
    if reason_code not in rules.current().reject_reasons:
        raise domain.UnknownCategory(fields={"reason_code": domain.UnknownCategory.says})
    data = {"reason_code": reason_code, "note": note}
    return _staff_move("reject", actor, reference, version, now=now, data=data, decide=lambda _: {})


def dispatch_report(*, actor: Actor, reference: str, version: int, department: str, now: datetime) -> domain.Report:
    """Send a case to a department of its district; the handling clock starts (`domain.md` c1 9)."""
    if department not in rules.current().departments:
        raise domain.UnknownCategory(fields={"department": domain.UnknownCategory.says})

    def decide(report: domain.Report) -> Changes:
        desk = department_desk(community=report.community, department=department)
        return {
            "desk": desk,
            "held": (*(each for each in report.held if each != desk), desk),
            "filers": (*report.filers, actor.id),
            "dispatched_at": now,
        }

    data = {"department": department}
    return _staff_move("dispatch", actor, reference, version, now=now, data=data, decide=decide)


def department_desk(*, community: str, department: str) -> str:
    """Return a department's desk in the community's district, such as `320105#SAN`."""
    return f"{community[:6]}#{department}"


def sign_report(*, actor: Actor, reference: str, version: int, now: datetime) -> domain.Report:
    """Acknowledge a dispatched case (`domain.md` c1 10)."""
    return _staff_move("sign", actor, reference, version, now=now, data={}, decide=_handled_by(actor))


def start_report(*, actor: Actor, reference: str, version: int, now: datetime, note: str = "") -> domain.Report:
    """Begin work, with a word on the first contact where there was one (`domain.md` c1 12)."""
    data = {"note": note} if note else {}
    return _staff_move("start", actor, reference, version, now=now, data=data, decide=_handled_by(actor))


def handle_report(*, actor: Actor, reference: str, version: int, result: str, now: datetime) -> domain.Report:
    """Report the work done; the case goes back to be verified by someone else (`domain.md` c1 17)."""

    def decide(report: domain.Report) -> Changes:
        return {**_handled_by(actor)(report), "result": result, "desk": report.home_desk}

    return _staff_move("handle", actor, reference, version, now=now, data={"result": result}, decide=decide)


def verify_report(*, actor: Actor, reference: str, version: int, now: datetime) -> domain.Report:
    """Take up the check of handled work (`domain.md` c1 18)."""
    return _staff_move("verify", actor, reference, version, now=now, data={}, decide=lambda _: {})


def close_report(*, actor: Actor, reference: str, version: int, note: str, now: datetime) -> domain.Report:
    """Close a verified case with a reply to the reporter; rating opens (`domain.md` c1 19)."""
    return _staff_move(
        "close",
        actor,
        reference,
        version,
        now=now,
        data={"note": note},
        decide=lambda _: {"closed_at": now, "desk": ""},
    )


def rework_report(*, actor: Actor, reference: str, version: int, reason: str, now: datetime) -> domain.Report:
    """Send handled work back to its handler (`domain.md` c1 20)."""

    def decide(report: domain.Report) -> Changes:
        return {"desk": report.held[-1], "reworks": report.reworks + 1}

    return _staff_move("rework", actor, reference, version, now=now, data={"reason": reason}, decide=decide)


def reveal_phone(
    *, actor: Actor, reference: str, version: int, reason: str, now: datetime
) -> tuple[domain.Report, str]:
    """Return the reporter's phone number after writing into the history who asked and why (`domain.md` d8)."""
    report = _staff_move("reveal", actor, reference, version, now=now, data={"reason": reason}, decide=_same_times)
    return report, privacy.decrypt(report.phone_token, f"report:{reference}")


def withdraw_report(*, reference: str, key: str, now: datetime) -> domain.Report:
    """Take a report back before it is filed. Raises WrongKey without the private link's secret."""
    return _reporter_move("withdraw", reference, key, now=now, data={}, decide=lambda _: {"desk": ""})


def rate_report(*, reference: str, key: str, rating: int, now: datetime) -> domain.Report:
    """Rate a closed case from 1 to 5, once, within 7 days."""
    return _reporter_move("rate", reference, key, now=now, data={"rating": rating}, decide=lambda _: {"rating": rating})


def reopen_report(*, reference: str, key: str, now: datetime, reason: str = "") -> domain.Report:
    """Say that a closed case is not solved: it goes back to its handler, once, within 7 days (`domain.md` c1 21)."""

    def decide(report: domain.Report) -> Changes:
        return {"desk": report.held[-1], "reopened": report.reopened + 1, "closed_at": None}

    data = {"reason": reason} if reason else {}
    return _reporter_move("reopen", reference, key, now=now, data=data, decide=decide)


def claim_report(*, actor: Actor, reference: str, key: str, now: datetime) -> domain.Report:
    """Link an anonymous report to the volunteer who sent it, within 24 hours, by its private link."""

    def decide(report: domain.Report) -> Changes:
        return {"volunteer": actor.id, **_same_times(report)}

    return _reporter_move("claim", reference, key, actor=actor, now=now, data={}, decide=decide)


def mark_late(*, now: datetime) -> int:
    """Note in their history the open reports that are overdue; return how many. Cost grows with these alone."""
    marked = 0
    for queue in repository.QUEUES:
        for reference in repository.list_due(queue=queue, now=now):
            report = repository.find_report(reference)
            if report is None or report.late_at or not report.overdue(now):
                continue
            marked += _mark(report, now)
    return marked


def _mark(report: domain.Report, now: datetime) -> bool:
    move = domain.check_move(report=report, name="mark_late", actor=SYSTEM)
    due = report.due_at.isoformat() if report.due_at else ""
    after = domain.advance(report=report, move=move, actor=SYSTEM, now=now, data={"due_at": due}, late_at=now)
    try:
        repository.save_move(before=report, after=after)
    except domain.Stale:
        return False  # someone moved it in this very moment: no longer late
    return True


def _handled_by(actor: Actor) -> Decide:
    return lambda report: {"handlers": tuple(dict.fromkeys((*report.handlers, actor.id)))}


def _same_times(report: domain.Report) -> Changes:
    return {"due_at": report.due_at, "late_at": report.late_at}


def _staff_move(
    name: str, actor: Actor, reference: str, version: int, *, now: datetime, data: Mapping[str, Any], decide: Decide
) -> domain.Report:
    report = repository.find_report(reference)
    if report is None:
        raise domain.UnknownReport
    domain.require_sight(report=report, actor=actor)
    if report.version != version:
        raise domain.Stale(report)
    return _store(name, report, actor, now=now, data=data, decide=decide)


def _reporter_move(
    name: str,
    reference: str,
    key: str,
    *,
    now: datetime,
    data: Mapping[str, Any],
    decide: Decide,
    actor: Actor = domain.REPORTER,
) -> domain.Report:
    """Make a move of someone who saw no version: when another move comes between, decide again on what is now."""
    for last in (False, False, True):
        report = repository.find_report(reference)
        if report is None or not submit.key_fits(report=report, key=key):
            raise domain.WrongKey
        domain.check_move(report=report, name=name, actor=actor)
        domain.check_window(report=report, name=name, rules=rules.current(), now=now)
        try:
            return _store(name, report, actor, now=now, data=data, decide=decide)
        except domain.Stale:
            if last:
                raise
    raise AssertionError


def _store(
    name: str, report: domain.Report, actor: Actor, *, now: datetime, data: Mapping[str, Any], decide: Decide
) -> domain.Report:
    move = domain.check_move(report=report, name=name, actor=actor)
    changes = decide(report)
    times = deadlines.dues(name=name, report=replace(report, **changes), now=now)
    after = domain.advance(report=report, move=move, actor=actor, now=now, data=data, **{**times, **changes})
    return repository.save_move(before=report, after=after)
