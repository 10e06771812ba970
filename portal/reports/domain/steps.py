"""What a move changes and what is due after it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from portal import workflow
from portal.errors import N_, Refused
from portal.reports.domain.moves import MOVES
from portal.reports.domain.report import Report, State, Step
from portal.reports.domain.taxonomy import Rules
from portal.workflow import Actor, Move


class TooLate(Refused):
    """The time for this move is over."""

    says = N_("已经过了可以做这一步的时间。如果问题还在，请重新上报或打社区电话。")


def check_window(*, report: Report, name: str, rules: Rules, now: datetime) -> None:
    """Refuse a reporter's move after its time. Raises TooLate."""
    ends = {
        "rate": report.closed_at and report.closed_at + timedelta(days=rules.limits.rating_days),
        "reopen": report.closed_at and report.closed_at + timedelta(days=rules.limits.reopen_days),
        "claim": report.submitted_at + timedelta(hours=rules.limits.claim_hours),
    }
    end = ends.get(name)
    if end and now > end:
        raise TooLate


def needs_whole_history(*, report: Report, rules: Rules) -> bool:
    """Tell whether a move to come makes others look back: a reopening at the close, a claim at all steps."""
    claimable_until = report.submitted_at + timedelta(hours=rules.limits.claim_hours)
    claimable = not report.volunteer and report.history[-1].at <= claimable_until
    return report.state is State.CLOSED or claimable


def reporter_moves(*, report: Report, actor: Actor, rules: Rules, now: datetime) -> list[str]:
    """Return the moves open to whoever holds the private link (or claims with it), in the table's order."""
    open_now = []
    for move in workflow.allowed(MOVES, state=report.state, actor=actor, deed=report):
        try:
            check_window(report=report, name=move.name, rules=rules, now=now)
        except TooLate:
            continue
        open_now.append(move.name)
    return open_now


def advance(
    *, report: Report, move: Move, actor: Actor, now: datetime, data: Mapping[str, Any], **changes: Any
) -> Report:
    """Return the report after a move: next state, next version, one history step more, and what else changes."""
    role = min((each for each in actor.roles & move.roles), default=None)
    step = Step(
        seq=report.version + 1, type=move.event, actor=actor.id, role=role or actor.kind, at=now, data=dict(data)
    )
    return replace(report, state=State(move.target), version=step.seq, history=(*report.history, step), **changes)


@dataclass(frozen=True, kw_only=True)
class Due:
    """When a step is due: after the shortest of the limits, or the longest, counted from `start`."""

    start: datetime
    limits: tuple[str, ...]
    longest: bool = False


def due_next(*, name: str, report: Report, rules: Rules, now: datetime) -> Due | None:
    """Return what is due after a move, None when nothing is (`domain.md` c1, d0: the category's limit wins)."""
    limits = rules.limits
    if name == "submit":
        return Due(start=now, limits=(rules.urgency(report.urgency).file,))
    if name == "file":
        at_once = (rules.urgency(report.urgency).file,) if report.urgency == "P1" else ()
        return Due(start=now, limits=(limits.dispatch, *at_once))
    if name == "handle":
        return Due(start=now, limits=(limits.verify,))
    case = rules.subcategories.get(report.subcategory)
    if case is None:
        return None
    if name == "dispatch":
        return Due(start=now, limits=(rules.urgency(report.urgency).sign, share(case.limit, limits.sign_share)))
    if name in {"rework", "reopen"}:
        return Due(start=now, limits=(share(case.limit, limits.rework_share), limits.rework_least), longest=True)
    return None


def share(limit: str, per_cent: int) -> str:
    """Return a share of a limit: a quarter of `4wh` is `1wh`, of `5wd` (8 working hours a day) `10wh`."""
    found = _LIMIT.fullmatch(limit)
    if found is None:
        msg = f"{limit!r} is no limit"
        raise ValueError(msg)
    amount, unit = float(found[1]), found[2]
    if unit == "wd":
        amount, unit = amount * _HOURS_A_DAY, "wh"
    return f"{amount * per_cent / 100:g}{unit}"


_LIMIT = re.compile(r"(\d+(?:\.\d+)?)(eh|wh|wd)")
_HOURS_A_DAY = 8
