"""A volunteer, and what a person sends to become one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from portal.errors import N_, Conflict, Refused


class Kind(StrEnum):
    """What a volunteer does in daily life; it opens no door and closes none."""

    SANITATION = "sanitation"
    COURIER = "courier"
    BUILDING_LEADER = "building_leader"
    RETIRED = "retired"
    OTHER = "other"


KIND_LABELS: Mapping[str, str] = {
    Kind.SANITATION: N_("环卫工人"),
    Kind.COURIER: N_("快递、外卖小哥"),
    Kind.BUILDING_LEADER: N_("楼栋长"),
    Kind.RETIRED: N_("退休人员"),
    Kind.OTHER: N_("其他居民"),
}


class State(StrEnum):
    """Where a volunteer stands (`docs/glossary.md`)."""

    APPLIED = "applied"
    VERIFIED = "verified"
    ACTIVE = "active"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    REJECTED = "rejected"
    EXITED = "exited"


STATE_LABELS: Mapping[str, str] = {
    State.APPLIED: N_("等待核对"),
    State.VERIFIED: N_("已核对"),
    State.ACTIVE: N_("服务中"),
    State.PAUSED: N_("暂停服务"),
    State.SUSPENDED: N_("暂缓参加"),
    State.REJECTED: N_("未通过"),
    State.EXITED: N_("已退出"),
}

GONE = frozenset({State.REJECTED, State.EXITED})
"""Who has left: their phone number is free again, and they cannot sign in."""


class AlreadyJoined(Conflict):
    """The phone number belongs to a volunteer already. A stranger must not be told so."""

    says = N_("如果您以前报过名，请直接登录。")


class NotServing(Refused):
    """Only a volunteer in service can be given a record."""

    says = N_("这位志愿者现在不在服务中，不能登记服务。")


@dataclass(frozen=True, kw_only=True)
class Guardian:
    """The adult who agrees for a minor."""

    name: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class Application:
    """What a person sends to join: `area` is the grid they live or work in."""

    community: str
    area: str
    name: str
    phone: str
    kind: Kind
    birth_on: date
    consent_version: str
    guardian: Guardian | None = None
    publish_name: bool = False


@dataclass(frozen=True, kw_only=True)
class Volunteer:
    """A person who gives time. No phone number is here, only its mask; `joined_on` is the day they applied."""

    id: str
    community: str
    area: str
    name: str
    phone_masked: str
    kind: str
    state: str
    version: int
    publish_name: bool
    birth_on: date
    joined_on: date
    applied_at: datetime
    consent_version: str
    guardian_name: str = ""
    guardian_phone_masked: str = ""
    history: tuple[Mapping[str, Any], ...] = field(default=(), compare=False)

    @property
    def serving(self) -> bool:
        """Whether services may be recorded for them."""
        return self.state == State.ACTIVE
