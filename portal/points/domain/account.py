"""An account: its entries, chained by hash, and the balance they add up to."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from portal.points.domain.book import Kind

MONTHS_SHOWN = 6
_DAYS_BYTES = 300  # how much of a balance item (at most 1 KB) the counters by day and by month may take
_MONTHS_BYTES = 200


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of an account, never changed once written; `hash` chains it to the line before (`seq` - 1)."""

    community: str
    volunteer: str
    seq: int
    kind: Kind
    rule: str
    rule_version: str
    points: int
    balance: int
    source: str
    on: date
    month: str
    at: datetime
    expires_on: date
    actor: str
    approver: str
    text: str
    reverses: int = 0
    hash: str = ""


@dataclass(frozen=True)
class Counters:
    """Points earned by period and rule, for the newest periods only: what lies at or before `floor` was forgotten."""

    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    floor: str = ""

    def of(self, period: str) -> Mapping[str, int] | None:
        """Return a period's points by rule, or None when it was forgotten."""
        return None if period <= self.floor else self.counts.get(period, {})

    def add(self, period: str, rule: str, points: int, *, room: int) -> "Counters":
        """Count points, then forget the oldest periods until the rest fits `room` bytes."""
        if period <= self.floor:
            return self
        counts = {key: dict(value) for key, value in self.counts.items()}
        day = counts.setdefault(period, {})
        day[rule] = day.get(rule, 0) + points
        floor = self.floor
        while len(canonical(counts)) > room:
            floor = min(counts)
            del counts[floor]
        return Counters(counts, floor)


@dataclass(frozen=True, kw_only=True)
class Balance:
    """An account as of its newest entry: `lots` by last day of use, `booked` by month, counters by day of the deed."""

    community: str
    volunteer: str
    version: int = 0
    seq: int = 0
    head: str = ""
    held: int = 0
    lots: Mapping[str, int] = field(default_factory=dict)
    booked: Mapping[str, int] = field(default_factory=dict)
    days: Counters = field(default_factory=Counters)
    months: Counters = field(default_factory=Counters)

    @property
    def points(self) -> int:
        """What the account holds."""
        return sum(self.lots.values())

    @property
    def available(self) -> int:
        """What can be spent: all but what is held."""
        return self.points - self.held


def canonical(value: object) -> str:
    """Write plain data as the one JSON text it has: stored, hashed and compared byte by byte."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def replay(*, community: str, volunteer: str, entries: Iterable[Entry]) -> Balance:
    """Rebuild an account from its entries, oldest first: equal to its balance, byte by byte."""
    balance = Balance(community=community, volunteer=volunteer)
    for entry in entries:
        balance = _apply(balance, entry)
    return balance


def find_faults(*, balance: Balance, entries: Iterable[Entry]) -> list[str]:
    """Name every way in which an account is not what its rules promise; none is the only good answer."""
    found: list[str] = []
    checked = Balance(community=balance.community, volunteer=balance.volunteer)
    for entry in entries:
        if entry.seq != checked.seq + 1:
            found.append(f"seq {entry.seq} follows {checked.seq}")
        if entry.hash != _hash(checked.head, entry):
            found.append(f"entry {entry.seq} is not what was written, or not after the one before it")
        if entry.balance != checked.points + entry.points or entry.balance < 0:
            found.append(f"entry {entry.seq} leaves {entry.balance}")
        checked = _apply(checked, entry)
    if replace(checked, held=balance.held) != balance:
        found.append(f"the balance is not that of its {checked.seq} entries")
    return found


def as_plain(entry: Entry) -> dict[str, Any]:
    """Return an entry as plain data, days and times as text: what is stored and what is hashed."""
    plain = asdict(entry)
    return plain | {
        "kind": str(entry.kind),
        "on": entry.on.isoformat(),
        "at": entry.at.isoformat(timespec="seconds"),
        "expires_on": entry.expires_on.isoformat(),
    }


def post(balance: Balance, entry: Entry) -> tuple[Entry, Balance]:
    """Chain an entry to the account's newest one; return it with the balance after it."""
    chained = replace(entry, hash=_hash(balance.head, entry))
    return chained, _apply(balance, chained)


def _hash(head: str, entry: Entry) -> str:
    return hashlib.sha256((head + canonical(as_plain(replace(entry, hash="")))).encode()).hexdigest()


def _apply(balance: Balance, entry: Entry) -> Balance:
    lots = _added(balance.lots, entry.expires_on.isoformat(), entry.points)
    booked = _added(balance.booked, entry.month, entry.points)
    days, months = balance.days, balance.months
    if entry.kind is Kind.EARN:
        days = days.add(entry.on.isoformat(), entry.rule, entry.points, room=_DAYS_BYTES)
        months = months.add(month_of(entry.on), entry.rule, entry.points, room=_MONTHS_BYTES)
    return replace(
        balance,
        version=balance.version + 1,
        seq=entry.seq,
        head=entry.hash,
        lots={key: points for key, points in lots.items() if points},
        booked=dict(sorted(booked.items())[-MONTHS_SHOWN:]),
        days=days,
        months=months,
    )


def _added(sums: Mapping[str, int], key: str, points: int) -> dict[str, int]:
    return dict(sums) | {key: sums.get(key, 0) + points}


def month_of(day: date) -> str:
    """Write a day's month, such as `2026-11`."""
    return f"{day:%Y-%m}"
