"""The table of a volunteer's moves, and which staff may look."""

import re
from collections.abc import Mapping

from portal.errors import N_, Invalid, Refused
from portal.volunteers.domain.people import State, Volunteer
from portal.workflow import Actor, Move, Role

_COMMUNITY_DIGITS = 12


class NotYourself(Refused):
    """Nobody decides about their own application."""

    says = N_("不能审核自己的报名，请另一位同事来办。")


class OnlyYourself(Refused):
    """A volunteer's own choices belong to that volunteer."""

    says = N_("这一步只能由本人来做。")


class ReasonNeeded(Invalid):
    """A decision about a person has a reason of some words, and no phone number in it: the reason is kept for years."""

    says = N_("请写明理由（4 到 200 个字），不要写手机号。")


def check_reason(*, reason: str) -> None:
    """Raise ReasonNeeded when a reason says nothing, runs on, or holds a phone number."""
    if not 4 <= len(reason.strip()) <= 200 or re.search(r"1[3-9]\d{9}", reason):
        raise ReasonNeeded(fields={"reason": ReasonNeeded.says})


def pick_community(*, actor: Actor, asked: str, default: str) -> str:
    """Return the community a staff member looks at: their own, else the one asked for, else the default."""
    if len(actor.scope) >= _COMMUNITY_DIGITS:
        return actor.scope[:_COMMUNITY_DIGITS]
    return asked or default


def may_look(*, actor: Actor, community: str, volunteer_id: str = "") -> bool:
    """Tell whether an actor may ask about this community's volunteers at all: staff of the place, or about oneself."""
    if actor.kind == "staff":
        return (
            actor.has(*LOOKERS) and bool(actor.scope) and (actor.covers(community) or actor.scope.startswith(community))
        )
    return actor.has(Role.SYSTEM) or (bool(volunteer_id) and actor.id == volunteer_id)


def _not_yourself(volunteer: Volunteer, actor: Actor) -> None:
    if actor.id == volunteer.id:
        raise NotYourself


def _only_yourself(volunteer: Volunteer, actor: Actor) -> None:
    if actor.id != volunteer.id:
        raise OnlyYourself


LOOKERS = frozenset({Role.COMMUNITY_ADMIN, Role.SECOND_APPROVER, Role.GRID_WORKER, Role.STATION_KEEPER, Role.AUDITOR})
"""Staff who work with volunteers and see their pages, phone numbers masked."""

REVEALERS = frozenset({Role.COMMUNITY_ADMIN, Role.GRID_WORKER})
"""Staff who may read a volunteer's phone number, each time with a reason that is kept."""

DECIDERS = frozenset({Role.COMMUNITY_ADMIN, Role.SECOND_APPROVER})
"""Staff who check applications; some moves are the community admin's alone."""

_ADMIN = frozenset({Role.COMMUNITY_ADMIN})
_SELF = frozenset({Role.VOLUNTEER})
_PRESENT = frozenset({State.APPLIED, State.VERIFIED, State.ACTIVE, State.PAUSED, State.SUSPENDED})

MOVES: tuple[Move, ...] = (
    Move(
        name="verify",
        sources=frozenset({State.APPLIED}),
        target=State.VERIFIED,
        roles=DECIDERS,
        event="volunteer.verified",
        label=N_("核对无误，通过"),
        guard=_not_yourself,
    ),
    Move(
        name="reject",
        sources=frozenset({State.APPLIED}),
        target=State.REJECTED,
        roles=DECIDERS,
        event="volunteer.rejected",
        label=N_("不通过"),
        needs=("reason",),
        guard=_not_yourself,
    ),
    Move(
        name="activate",
        sources=frozenset({State.VERIFIED}),
        target=State.ACTIVE,
        roles=frozenset({Role.SYSTEM}),
        event="volunteer.activated",
        label=N_("开始服务"),
    ),
    Move(
        name="pause",
        sources=frozenset({State.ACTIVE}),
        target=State.PAUSED,
        roles=_SELF,
        event="volunteer.paused",
        label=N_("我想歇一阵"),
        guard=_only_yourself,
    ),
    Move(
        name="resume",
        sources=frozenset({State.PAUSED}),
        target=State.ACTIVE,
        roles=_SELF,
        event="volunteer.resumed",
        label=N_("我回来了"),
        guard=_only_yourself,
    ),
    Move(
        name="suspend",
        sources=frozenset({State.ACTIVE, State.PAUSED}),
        target=State.SUSPENDED,
        roles=_ADMIN,
        event="volunteer.suspended",
        label=N_("暂缓参加"),
        needs=("reason",),
        guard=_not_yourself,
    ),
    Move(
        name="reinstate",
        sources=frozenset({State.SUSPENDED}),
        target=State.ACTIVE,
        roles=_ADMIN,
        event="volunteer.reinstated",
        label=N_("恢复参加"),
        needs=("reason",),
        guard=_not_yourself,
    ),
    Move(
        name="exit",
        sources=_PRESENT,
        target=State.EXITED,
        roles=_SELF,
        event="volunteer.exited",
        label=N_("退出志愿服务"),
        guard=_only_yourself,
    ),
    Move(
        name="release",
        sources=_PRESENT - {State.APPLIED},
        target=State.EXITED,
        roles=_ADMIN,
        event="volunteer.exited",
        label=N_("办理退出"),
        needs=("reason",),
        guard=_not_yourself,
    ),
)
"""Who may bring a volunteer from which state to which (domain rules c3)."""

EVENT_LABELS: Mapping[str, str] = {
    "volunteer.applied": N_("报名"),
    "volunteer.verified": N_("核对通过"),
    "volunteer.activated": N_("开始服务"),
    "volunteer.rejected": N_("未通过"),
    "volunteer.paused": N_("本人暂停服务"),
    "volunteer.resumed": N_("本人恢复服务"),
    "volunteer.suspended": N_("暂缓参加"),
    "volunteer.reinstated": N_("恢复参加"),
    "volunteer.exited": N_("退出"),
    "volunteer.chose_publication": N_("本人修改是否公开姓名"),
    "volunteer.phone_revealed": N_("查看手机号"),
}
