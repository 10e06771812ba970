"""A volunteer, the table of their moves, and the rules of age. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from portal.errors import N_, Conflict, Invalid, Refused
from portal.workflow import Actor, Move, Role


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


class TooYoung(Invalid):
    """Children under the rule's age are not accepted."""

    says = N_("谢谢这位小朋友！满 %(age)d 周岁才能报名，到时候欢迎再来。")


class GuardianNeeded(Invalid):
    """A minor needs a guardian who agrees, with a name and a phone."""

    says = N_("未满 %(age)d 周岁报名，需要家长（监护人）同意，请填写家长的姓名和手机号。")


class BadBirthday(Invalid):
    """The birth date lies in the future, or longer ago than anyone lives."""

    says = N_("请检查出生日期。")


class AlreadyJoined(Conflict):
    """The phone number belongs to a volunteer already. A stranger must not be told so."""

    says = N_("如果您以前报过名，请直接登录。")


class NotYourself(Refused):
    """Nobody decides about their own application."""

    says = N_("不能审核自己的报名，请另一位同事来办。")


class OnlyYourself(Refused):
    """A volunteer's own choices belong to that volunteer."""

    says = N_("这一步只能由本人来做。")


class NotServing(Refused):
    """Only a volunteer in service can be given a record."""

    says = N_("这位志愿者现在不在服务中，不能登记服务。")


@dataclass(frozen=True, kw_only=True)
class Rules:
    """One version of the numbers (`rules.toml`): ages in years, windows in minutes, sessions in days."""

    version: str
    effective_from: date
    area: str
    source: str
    youngest: int
    accompanied_below: int
    guardian_below: int
    oldest: int
    consent_version: str
    session_days: int
    codes_per_phone: int
    codes_per_address: int
    codes_window_minutes: int
    joins_per_address: int
    joins_window_minutes: int


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


def rules_for(*, versions: Iterable[Rules], area: str, on: date) -> Rules:
    """Return the version in force for an area on a day: the nearest area's, of those its latest."""
    found = [each for each in versions if area.startswith(each.area) and each.effective_from <= on]
    return max(found, key=lambda each: (len(each.area), each.effective_from))


def age_on(*, birth_on: date, day: date) -> int:
    """Return the age in full years; who is born on 29 February turns a year older on 1 March of common years."""
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))


def check_age(*, application: Application, today: date, rules: Rules) -> None:
    """Refuse who is too young, and a minor without a guardian (domain rules c3, F36).

    Raises BadBirthday, TooYoung, GuardianNeeded.
    """
    age = age_on(birth_on=application.birth_on, day=today)
    if not 0 <= age <= rules.oldest:
        raise BadBirthday(fields={"birth_on": BadBirthday.says})
    if age < rules.youngest:
        sentence = TooYoung.says % {"age": rules.youngest}
        raise TooYoung(fields={"birth_on": sentence}, age=rules.youngest)
    guardian = application.guardian
    if age < rules.guardian_below and not (guardian and guardian.name and guardian.phone):
        sentence = GuardianNeeded.says % {"age": rules.guardian_below}
        raise GuardianNeeded(fields={"guardian_name": sentence}, age=rules.guardian_below)


def is_accompanied(*, volunteer: Volunteer, today: date, rules: Rules) -> bool:
    """Tell whether a guardian must be there in person when this volunteer serves."""
    return age_on(birth_on=volunteer.birth_on, day=today) < rules.accompanied_below


def _not_yourself(volunteer: Volunteer, actor: Actor) -> None:
    if actor.id == volunteer.id:
        raise NotYourself


def _only_yourself(volunteer: Volunteer, actor: Actor) -> None:
    if actor.id != volunteer.id:
        raise OnlyYourself


_STAFF = frozenset({Role.COMMUNITY_ADMIN, Role.SECOND_APPROVER})
_ADMIN = frozenset({Role.COMMUNITY_ADMIN})
_SELF = frozenset({Role.VOLUNTEER})
_PRESENT = frozenset({State.APPLIED, State.VERIFIED, State.ACTIVE, State.PAUSED, State.SUSPENDED})

MOVES: tuple[Move, ...] = (
    Move(
        name="verify",
        sources=frozenset({State.APPLIED}),
        target=State.VERIFIED,
        roles=_STAFF,
        event="volunteer.verified",
        label=N_("核对无误，通过"),
        guard=_not_yourself,
    ),
    Move(
        name="reject",
        sources=frozenset({State.APPLIED}),
        target=State.REJECTED,
        roles=_STAFF,
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
