"""The table of a record's moves, and which staff make them."""

import re
from collections.abc import Mapping

from portal.activities.domain.records import Record, State
from portal.errors import N_, Invalid, Refused
from portal.workflow import Actor, Move, Role


class SamePerson(Refused):
    """Whoever recorded a service, or served, cannot confirm it."""

    says = N_("登记人和志愿者本人不能确认这条记录，请另一位同事来确认。")


class OwnRecord(Refused):
    """Nobody decides about their own service."""

    says = N_("不能处理自己的服务记录，请另一位同事来办。")


class ReasonNeeded(Invalid):
    """What was confirmed is not thrown away without a word; the reason is kept for years, so it holds no phone."""

    says = N_("请写明作废的理由（4 到 200 个字），不要写手机号。")


def check_reason(*, reason: str) -> None:
    """Raise ReasonNeeded when a reason says nothing, runs on, or holds a phone number."""
    if not 4 <= len(reason.strip()) <= 200 or re.search(r"1[3-9]\d{9}", reason):
        raise ReasonNeeded(fields={"reason": ReasonNeeded.says})


def _second_person(record: Record, actor: Actor) -> None:
    if actor.id in {record.submitted_by, record.volunteer}:
        raise SamePerson


def _not_own(record: Record, actor: Actor) -> None:
    if actor.id == record.volunteer:
        raise OwnRecord


SUBMITTERS = frozenset({Role.GRID_WORKER, Role.STATION_KEEPER, Role.COMMUNITY_ADMIN})
"""Who writes services down."""

CONFIRMERS = frozenset({Role.COMMUNITY_ADMIN, Role.SECOND_APPROVER})
"""Who confirms them, each time another person than the one who wrote."""

LOOKERS = SUBMITTERS | CONFIRMERS | {Role.AUDITOR}
"""Who sees the records of their place."""

MOVES: tuple[Move, ...] = (
    Move(
        name="confirm",
        sources=frozenset({State.SUBMITTED}),
        target=State.CONFIRMED,
        roles=CONFIRMERS,
        event="record.confirmed",
        label=N_("情况属实，确认"),
        guard=_second_person,
    ),
    Move(
        name="settle",
        sources=frozenset({State.CONFIRMED}),
        target=State.RECORDED,
        roles=frozenset({Role.SYSTEM}),
        event="record.recorded",
        label=N_("公示期满，入档"),
    ),
    Move(
        name="void",
        sources=frozenset({State.SUBMITTED, State.CONFIRMED, State.RECORDED}),
        target=State.VOIDED,
        roles=CONFIRMERS,
        event="record.voided",
        label=N_("作废"),
        needs=("reason",),
        guard=_not_own,
    ),
)
"""Who may bring a record from which state to which (domain rules c5)."""

EVENT_LABELS: Mapping[str, str] = {
    "record.submitted": N_("登记"),
    "record.confirmed": N_("确认属实，开始公示"),
    "record.recorded": N_("公示期满，入档"),
    "record.voided": N_("作废"),
}
