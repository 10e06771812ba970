"""The table of moves of a report: who may, from where to where, under which guard; and who may see a report."""

from collections.abc import Iterable
from typing import Any

from portal import workflow
from portal.errors import N_, Refused
from portal.reports.domain.report import OPEN, Report, State, UnknownReport
from portal.reports.domain.taxonomy import Subcategory
from portal.workflow import Actor, Move, Role


class NotYourDesk(Refused):
    """The report lies on another desk."""

    says = N_("这一件不在您的工作台上，请由对应的岗位来办。")


class OwnDispatch(Refused):
    """Who filed or dispatched a report may not also handle it (`domain.md` d8: four-way duties)."""

    says = N_("受理、派遣和承办要分开：这一件是您受理或派遣的，请由别的同事承办。")


class OwnWork(Refused):
    """The handler, or anyone of the handling department, may not verify the work (`domain.md` c1 18)."""

    says = N_("承办人不能核查自己办的件，请由别的同事核查。")


class NotYourLevel(Refused):
    """A grid worker files only what the grid itself can deal with (`domain.md` c1 7)."""

    says = N_("这类问题要由受理员立案，请转给受理员。")


class OnlyOnce(Refused):
    """The move was made before."""

    says = N_("这一步只能做一次，之前已经做过了。")


def _holds_desk(report: Report, actor: Actor) -> None:
    if report.desk not in actor.desks:
        raise NotYourDesk


def _handles(report: Report, actor: Actor) -> None:
    _holds_desk(report, actor)
    if actor.id in report.filers:
        raise OwnDispatch


def _verifies(report: Report, actor: Actor) -> None:
    _holds_desk(report, actor)
    if actor.id in report.handlers or not set(report.held).isdisjoint(actor.desks):
        raise OwnWork


def _rates(report: Report, actor: Actor) -> None:  # noqa: ARG001 - every guard takes both
    if report.rating:
        raise OnlyOnce


def _reopens(report: Report, actor: Actor) -> None:  # noqa: ARG001 - every guard takes both
    if report.reopened:
        raise OnlyOnce


def _claims(report: Report, actor: Actor) -> None:
    if report.volunteer:
        raise OnlyOnce
    if not actor.covers(report.community):  # points are kept by community: elsewhere they would be lost
        raise workflow.MoveRefused


def _reveals(report: Report, actor: Actor) -> None:
    community = {Role.DISPATCHER, Role.GRID_WORKER, Role.VERIFIER, Role.COMMUNITY_ADMIN}
    if not (report.phone_token and may_see(report=report, actor=actor)):
        raise Refused
    if report.sealed and actor.has(*community) and not set(report.held) & set(actor.desks):
        raise Refused


def _row(name: str, way: tuple[Iterable[State], State], roles: Iterable[Role], label: str, **rest: Any) -> Move:
    sources, target = way
    rest = {"event": f"report.{target.value}", **rest}
    return Move(name=name, sources=frozenset(sources), target=target.value, roles=frozenset(roles), label=label, **rest)


def _staying(name: str, states: Iterable[State], roles: Iterable[Role], label: str, **rest: Any) -> list[Move]:
    """Return rows that leave the state as it is, one for each."""
    return [_row(name, ({state}, state), roles, label, **rest) for state in sorted(states)]


_S = State
_REPORTER = {Role.RESIDENT}
_FILING = {Role.GRID_WORKER, Role.DISPATCHER}
_DISPATCHING = {Role.DISPATCHER, Role.COMMUNITY_ADMIN}
_HANDLING = {Role.HANDLER}
_VERIFYING = {Role.VERIFIER}
_DESK_STAFF = _FILING | _DISPATCHING | _HANDLING | _VERIFYING

MOVES: tuple[Move, ...] = (
    _row("file", ({_S.SUBMITTED}, _S.FILED), _FILING, N_("受理立案"),
         needs=("subcategory", "urgency", "place"), guard=_holds_desk),
    _row("reject", ({_S.SUBMITTED}, _S.REJECTED), {Role.DISPATCHER}, N_("不予受理"),
         needs=("reason_code", "note"), guard=_holds_desk),
    _row("dispatch", ({_S.FILED}, _S.DISPATCHED), _DISPATCHING, N_("派遣"), needs=("desk",), guard=_holds_desk),
    _row("sign", ({_S.DISPATCHED}, _S.SIGNED), _HANDLING, N_("签收"), guard=_handles),
    _row("start", ({_S.SIGNED}, _S.IN_PROGRESS), _HANDLING, N_("开始处理"), event="report.started", guard=_handles),
    _row("handle", ({_S.IN_PROGRESS}, _S.HANDLED), _HANDLING, N_("处理完成"), needs=("result",), guard=_handles),
    _row("verify", ({_S.HANDLED}, _S.VERIFYING), _VERIFYING, N_("开始核查"), event="report.verified", guard=_verifies),
    _row("close", ({_S.VERIFYING}, _S.CLOSED), _VERIFYING, N_("核查通过，结案"), needs=("note",), guard=_verifies),
    _row("rework", ({_S.HANDLED, _S.VERIFYING}, _S.IN_PROGRESS), _VERIFYING, N_("退回返工"),
         event="report.reworked", needs=("reason",), guard=_verifies),
    _row("withdraw", ({_S.SUBMITTED}, _S.WITHDRAWN), _REPORTER, N_("撤回")),
    _row("rate", ({_S.CLOSED}, _S.CLOSED), _REPORTER, N_("评价"),
         event="report.rated", needs=("rating",), guard=_rates),
    _row("reopen", ({_S.CLOSED}, _S.IN_PROGRESS), _REPORTER, N_("没解决，请重办"),
         event="report.reopened", guard=_reopens),
    *_staying("claim", frozenset(State) - {_S.WITHDRAWN}, {Role.VOLUNTEER}, N_("记到我的名下"),
              event="report.claimed", guard=_claims),
    *_staying("reveal", State, _DESK_STAFF, N_("查看手机号"),
              event="report.phone_revealed", needs=("reason",), guard=_reveals),
    *_staying("mark_late", OPEN, {Role.SYSTEM}, N_("标记超期"), event="report.overdue"),
)  # fmt: skip
DESK_MOVES = ("file", "reject", "dispatch", "sign", "start", "handle", "verify", "close", "rework")
"""The moves that the staff page offers as forms, in this order."""


def may_see(*, report: Report, actor: Actor) -> bool:
    """Tell whether a staff member may open a report (`domain.md` d8).

    A handler sees what is or was on their desk; others what lies in their scope; a complaint about the community's
    own staff (1202) stays hidden from them.
    """
    desks = set(actor.desks)
    if report.desk in desks or desks & set(report.held):
        return True
    overseer = actor.has(Role.AUDITOR) or len(actor.scope) <= len(report.home_desk)
    reads_all = actor.roles - {Role.HANDLER, Role.STATION_KEEPER, Role.VOLUNTEER, Role.RESIDENT}
    return bool(reads_all) and actor.covers(report.area) and (overseer or not report.above)


def require_sight(*, report: Report, actor: Actor) -> Report:
    """Return the report, or raise UnknownReport for someone who may not see it."""
    if not may_see(report=report, actor=actor):
        raise UnknownReport
    return report


def check_move(*, report: Report, name: str, actor: Actor) -> Move:
    """Return the row of the table that allows a move. Raises workflow's errors or the guard's."""
    return workflow.check(MOVES, name=name, state=report.state, actor=actor, deed=report)


def desk_moves(*, report: Report, actor: Actor) -> list[Move]:
    """Return the moves a staff member can make now, in the table's order."""
    return [
        move
        for move in workflow.allowed(MOVES, state=report.state, actor=actor, deed=report)
        if move.name in DESK_MOVES
    ]


def check_level(*, subcategory: Subcategory, actor: Actor) -> None:
    """Refuse a grid worker's filing of what is above the grid. Raises NotYourLevel."""
    if subcategory.level > 1 and not actor.has(Role.DISPATCHER):
        raise NotYourLevel


def can_reveal(*, report: Report, actor: Actor) -> bool:
    """Tell whether a staff member may see the reporter's phone number by giving a reason."""
    return any(move.name == "reveal" for move in workflow.allowed(MOVES, state=report.state, actor=actor, deed=report))
