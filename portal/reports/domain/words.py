"""A report's history in plain words: for the reporter, and for staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.errors import N_
from portal.reports.domain.moves import MOVES
from portal.reports.domain.report import Report, State, Step

STAGES = (N_("已收到"), N_("处理中"), N_("已办结"))

_RESIDENT: Mapping[str, str] = {
    "report.submitted": N_("您提交了问题"),
    "report.filed": N_("社区已受理"),
    "report.rejected": N_("社区不予受理"),
    "report.withdrawn": N_("您撤回了这一件"),
    "report.dispatched": N_("已派给承办单位"),
    "report.signed": N_("承办单位已签收"),
    "report.started": N_("已开始处理"),
    "report.handled": N_("处理完成，等待核查"),
    "report.verified": N_("社区正在核查"),
    "report.closed": N_("核查通过，已办结"),
    "report.reworked": N_("核查没有通过，已退回重新处理"),
    "report.reopened": N_("您反映没有解决，已重新办理"),
    "report.rated": N_("您做了评价"),
    "report.claimed": N_("已记到志愿者名下"),
    "report.phone_revealed": N_("工作人员查看了您留的手机号"),
    "report.overdue": N_("这一步超过了时限，已在工作台标红提醒"),
}
_STAFF: Mapping[str, str] = {
    **_RESIDENT,
    "report.submitted": N_("提交"),
    "report.filed": N_("受理立案"),
    "report.rejected": N_("不予受理"),
    "report.withdrawn": N_("上报人撤回"),
    "report.dispatched": N_("派遣"),
    "report.signed": N_("签收"),
    "report.started": N_("开始处理"),
    "report.handled": N_("处理完成"),
    "report.verified": N_("开始核查"),
    "report.closed": N_("核查通过，结案"),
    "report.reworked": N_("退回返工"),
    "report.reopened": N_("上报人反映没解决"),
    "report.rated": N_("上报人评价"),
    "report.phone_revealed": N_("查看手机号"),
    "report.overdue": N_("超期"),
}
_SHOWN = {"report.rejected": "note", "report.handled": "result", "report.closed": "note", "report.reopened": "reason"}
"""Which words of a step the reporter reads; a reason for rework or a look at the phone stays inside."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a timeline: `says` is a sentence to translate, `note` the words someone typed."""

    says: str
    note: str
    at: datetime
    step: Step


def timeline(*, report: Report, staff: bool = False) -> list[Line]:
    """Return the history, the newest first: all of it for staff, in plain words for the reporter."""
    return [_line(step, report, staff) for step in reversed(report.history)]


def _line(step: Step, report: Report, staff: bool) -> Line:  # noqa: FBT001 - which of two readers
    said: Mapping[str, Any] = step.data
    if step.type == "report.submitted":
        note = report.description
    elif staff:
        note = next((str(said[name]) for name in ("note", "result", "reason") if said.get(name)), "")
    else:
        note = str(said.get(_SHOWN.get(step.type, ""), ""))
    words = _STAFF if staff else _RESIDENT
    return Line(says=words.get(step.type, step.type), note=note, at=step.at, step=step)


def stage(state: State) -> int | None:
    """Return which of the three stages a report is in, None when it ended without being worked on."""
    if state in {State.REJECTED, State.WITHDRAWN}:
        return None
    return {State.SUBMITTED: 0, State.CLOSED: 2}.get(state, 1)


_PROMISES: Mapping[State, str] = {
    State.SUBMITTED: N_("最迟 %(time)s 前告诉您是否受理"),
    State.FILED: N_("最迟 %(time)s 前派给承办单位"),
    State.HANDLED: N_("最迟 %(time)s 前核查完"),
    State.VERIFYING: N_("最迟 %(time)s 前核查完"),
}


def promise(state: State) -> str:
    """Return the sentence that promises the next answer, with a blank for the time."""
    return _PROMISES.get(state, N_("最迟 %(time)s 前处理好"))


def state_at(*, report: Report, version: int) -> State:
    """Return the state a report was in at a version, told from its history."""
    targets = {move.event: State(move.target) for move in MOVES if move.sources != {move.target}}
    state = State.SUBMITTED
    for step in report.history:
        if step.seq <= version:
            state = targets.get(step.type, state)
    return state
