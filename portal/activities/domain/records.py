"""A service record, and what staff write down to make one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portal import period
from portal.errors import N_

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
    def span(self) -> Span:
        """The part of its day that the service takes."""
        return Span(start=self.starts.hour * 60 + self.starts.minute, minutes=self.minutes, attended=self.attended)


@dataclass(frozen=True, kw_only=True)
class Record:
    """One service of one volunteer. `minutes` is what counts; `stated_minutes` is what was written down.

    `area` is the volunteer's grid, by which staff of a grid see it.
    """

    id: str
    community: str
    area: str
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
