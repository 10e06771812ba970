"""Local days and months of a community. Its zone is Asia/Shanghai; a month's edge is 16:00Z."""

from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime
from functools import total_ordering
from typing import Self
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_MONTHS = 12


@total_ordering
@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month of the community, such as `Month(2026, 11)`."""

    year: int
    month: int

    def __post_init__(self) -> None:
        """Refuse a month that no calendar has."""
        date(self.year, self.month, 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2026-11`. Raises ValueError for anything else, and in the last year, whose end no calendar has."""
        day = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
        if f"{day:%Y-%m}" != text or day.year == MAXYEAR:
            raise ValueError(text)
        return cls(day.year, day.month)

    @classmethod
    def of(cls, instant: datetime) -> Self:
        """Return the month an aware instant falls in, by the community's clock."""
        day = local_day(instant)
        return cls(day.year, day.month)

    @property
    def first_on(self) -> date:
        """The month's first day."""
        return date(self.year, self.month, 1)

    @property
    def start(self) -> datetime:
        """The month's first instant, in UTC."""
        return start_of_day(self.first_on)

    @property
    def end(self) -> datetime:
        """The first instant after the month, in UTC."""
        return self.next().start

    def next(self) -> "Month":
        """Return the month after."""
        return self.plus(1)

    def previous(self) -> "Month":
        """Return the month before."""
        return self.plus(-1)

    def plus(self, months: int) -> "Month":
        """Return the month so many months later (earlier when negative)."""
        index = self.year * _MONTHS + self.month - 1 + months
        return Month(index // _MONTHS, index % _MONTHS + 1)

    def __contains__(self, instant: datetime) -> bool:
        """Tell whether an aware instant falls in this month."""
        return self.start <= instant < self.end

    def __lt__(self, other: "Month") -> bool:
        """Order by time."""
        return (self.year, self.month) < (other.year, other.month)

    def __str__(self) -> str:
        """Write `2026-11`."""
        return f"{self.year:04d}-{self.month:02d}"


def local_day(instant: datetime) -> date:
    """Return the community's calendar day of an aware instant."""
    if instant.tzinfo is None:
        msg = "a naive datetime has no day"
        raise ValueError(msg)
    return instant.astimezone(SHANGHAI).date()


def start_of_day(day: date) -> datetime:
    """Return the first instant of a local day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)
