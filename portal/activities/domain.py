"""A service record, the table of its moves, and what may be recorded. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portal import period
from portal.errors import N_, Invalid, Refused
from portal.workflow import Actor, Move, Role

_DAY_MINUTES = 24 * 60
_PLAIN = Decimal(1)


class State(StrEnum):
    """Where a record stands."""

    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    RECORDED = "recorded"
    VOIDED = "voided"


STATE_LABELS: Mapping[str, str] = {
    State.SUBMITTED: N_("等待确认"),
    State.CONFIRMED: N_("公示中"),
    State.RECORDED: N_("已入档"),
    State.VOIDED: N_("已作废"),
}


class InFuture(Invalid):
    """A service is recorded after it has ended."""

    says = N_("服务还没有结束，请等结束以后再登记。")


class TooLate(Refused):
    """A service older than the rule's days needs the backfill procedure."""

    says = N_("服务已经过去超过 %(days)d 天，不能在这里补登。请带上签到表或照片，找社区办理补录。")


class TooLong(Invalid):
    """One record holds at most so many minutes."""

    says = N_("一次服务最多登记 %(most)d 分钟，更长的请分成几次登记。")


class PastMidnight(Invalid):
    """A record lies within one day, so that day and month are never in doubt."""

    says = N_("这次服务跨过了零点，请按两天分开登记。")


class Overlaps(Refused):
    """One person cannot serve at two places at once."""

    says = N_("这段时间已经登记过一次服务，时间不能重叠。请核对一下开始时间。")


class DayFull(Refused):
    """One person's day holds at most so many minutes of service."""

    says = N_("这一天已登记 %(done)d 分钟，一天最多 %(most)d 分钟，请核对一下。")


class NeedsPresence(Invalid):
    """Stars and training belong to a person who came."""

    says = N_("没有到场的服务不能评星，也没有培训时长。")


class SamePerson(Refused):
    """Whoever recorded a service, or served, cannot confirm it."""

    says = N_("登记人和志愿者本人不能确认这条记录，请另一位同事来确认。")


class OwnRecord(Refused):
    """Nobody decides about their own service."""

    says = N_("不能处理自己的服务记录，请另一位同事来办。")


@dataclass(frozen=True, kw_only=True)
class Rules:
    """One version of the numbers (`rules.toml`): times in minutes, publicity in working days."""

    version: str
    effective_from: date
    area: str
    source: str
    least_minutes: int
    longest_minutes: int
    day_minutes: int
    backfill_days: int
    publicity_days: int
    training_minutes: int


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What staff write down of one service. `starts` is local time; `minutes` is service time without travel.

    `training_minutes` come on top of the service. `coefficient` waits for rule P08 and is plain 1 until it is set.
    """

    community: str
    volunteer: str
    activity: str
    served_on: date
    starts: time
    minutes: int
    attended: bool = True
    training_minutes: int = 0
    stars: int | None = None
    coefficient: Decimal = _PLAIN

    @property
    def started_at(self) -> datetime:
        """When the service began, in UTC."""
        return datetime.combine(self.served_on, self.starts, tzinfo=period.SHANGHAI).astimezone(UTC)

    @property
    def span(self) -> "Span":
        """The part of its day that the service takes."""
        return Span(start=self.starts.hour * 60 + self.starts.minute, minutes=self.minutes, attended=self.attended)


@dataclass(frozen=True, kw_only=True)
class Span:
    """A part of one person's day: minutes since local midnight, and how many."""

    start: int
    minutes: int
    attended: bool = True

    @property
    def end(self) -> int:
        """The minute after the last."""
        return self.start + self.minutes

    def meets(self, other: "Span") -> bool:
        """Tell whether two spans share a minute; one may begin when the other ends."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, kw_only=True)
class Record:
    """One service of one volunteer. `minutes` is what counts; `stated_minutes` is what was written down."""

    id: str
    community: str
    volunteer: str
    volunteer_name: str
    activity: str
    served_on: date
    started_at: datetime
    minutes: int
    stated_minutes: int
    attended: bool
    coefficient: Decimal
    stars: int | None
    training_minutes: int
    state: str
    version: int
    submitted_by: str
    submitted_at: datetime
    rule_version: str
    publicity_ends_at: datetime | None = None
    history: tuple[Mapping[str, Any], ...] = field(default=(), compare=False)

    @property
    def month(self) -> period.Month:
        """The community's month of the service."""
        return period.Month(self.served_on.year, self.served_on.month)

    @property
    def span(self) -> Span:
        """The part of its day that the service takes."""
        local = self.started_at.astimezone(period.SHANGHAI)
        return Span(start=local.hour * 60 + local.minute, minutes=self.stated_minutes, attended=self.attended)


def rules_for(*, versions: Iterable[Rules], area: str, on: date) -> Rules:
    """Return the version in force for an area on a day: the nearest area's, of those its latest."""
    found = [each for each in versions if area.startswith(each.area) and each.effective_from <= on]
    return max(found, key=lambda each: (len(each.area), each.effective_from))


def count_minutes(*, minutes: int, attended: bool, rules: Rules) -> int:
    """Return the minutes of service that count: none without coming, none when shorter than the rule's least."""
    return minutes if attended and minutes >= rules.least_minutes else 0


def check_draft(*, draft: Draft, now: datetime, rules: Rules) -> None:
    """Refuse a service that has not ended, lies too far back, is too long, or runs past midnight.

    Raises InFuture, TooLate, TooLong, PastMidnight, NeedsPresence.
    """
    if draft.minutes > rules.longest_minutes:
        sentence = TooLong.says % {"most": rules.longest_minutes}
        raise TooLong(fields={"minutes": sentence}, most=rules.longest_minutes)
    if draft.span.end > _DAY_MINUTES:
        raise PastMidnight(fields={"minutes": PastMidnight.says})
    if draft.started_at + timedelta(minutes=draft.minutes) > now:
        raise InFuture(fields={"served_on": InFuture.says})
    if (period.local_day(now) - draft.served_on).days > rules.backfill_days:
        raise TooLate(days=rules.backfill_days)
    if not draft.attended and (draft.stars is not None or draft.training_minutes):
        raise NeedsPresence(fields={"attended": NeedsPresence.says})


def check_day(*, span: Span, others: Iterable[Span], rules: Rules) -> None:
    """Refuse a service that meets another one of the same person's day, or fills the day beyond its cap.

    Raises Overlaps, DayFull.
    """
    taken = list(others)
    if any(span.meets(each) for each in taken):
        raise Overlaps
    done = sum(each.minutes for each in taken if each.attended)
    if span.attended and done + span.minutes > rules.day_minutes:
        raise DayFull(done=done, most=rules.day_minutes)


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
