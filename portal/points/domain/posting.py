"""Posting: a deed becomes an entry within its caps, or is refused; an entry is taken back by another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from portal.period import Month, local_day
from portal.points.domain.account import Balance, Entry, month_of, post
from portal.points.domain.book import Kind, Rule, RuleBook

SYSTEM = "system"
"""Who approves where the rule alone decides."""


class Reason(StrEnum):
    """Why a deed earned nothing, for good: the answer to a resend is the same."""

    DAY_CAP = "day_cap"
    MONTH_CAP = "month_cap"
    OWN_APPROVAL = "own_approval"
    TAKEN_BACK = "taken_back"
    NOTHING_LEFT = "nothing_left"


@dataclass(frozen=True, kw_only=True)
class Credit:
    """What a deed asks for: `on` is the day of the deed (for the caps), `at` when it became final (for the books)."""

    rule: str
    points: int
    source: str
    on: date
    at: datetime
    actor: str
    approver: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Nothing is posted, and why."""

    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Posting:
    """How a source was answered, once and for good: the entry it became, or why it earned nothing."""

    seq: int = 0
    points: int = 0
    refused: Reason | None = None


@dataclass(frozen=True, kw_only=True)
class Pending:
    """Points that a deed will bring when it is final, on `final_on`; caps are applied then."""

    community: str
    volunteer: str
    source: str
    rule: str
    points: int
    on: date
    final_on: date | None
    text: str


@dataclass(frozen=True)
class Tally:
    """What the account earned by rule on the deed's day and in its month."""

    day: Mapping[str, int]
    month: Mapping[str, int]


def recall_tally(*, balance: Balance, on: date) -> Tally | None:
    """Return what the balance remembers of a day and its month, or None: then `count_tally` over the entries knows."""
    day, month = balance.days.of(on.isoformat()), balance.months.of(month_of(on))
    return None if day is None or month is None else Tally(day, month)


def count_tally(*, entries: Iterable[Entry], on: date) -> Tally:
    """Count a day and its month from the entries themselves, for a deed that arrives late."""
    tally: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for entry in entries:
        if entry.kind is Kind.EARN and month_of(entry.on) == month_of(on):
            tally[1][entry.rule] = tally[1].get(entry.rule, 0) + entry.points
            if entry.on == on:
                tally[0][entry.rule] = tally[0].get(entry.rule, 0) + entry.points
    return Tally(*tally)


def award(*, balance: Balance, book: RuleBook, credit: Credit, tally: Tally) -> tuple[Entry, Balance] | Refusal:
    """Post a deed's points, or as many of them as its caps leave room for; refuse when they leave none.

    Nobody approves points for themselves. Points of local year Y can be spent until 31 December of Y + 1.
    """
    if credit.approver == balance.volunteer:
        return Refusal(reason=Reason.OWN_APPROVAL)
    rule = book.rules[credit.rule]
    day, month = _room(book, rule, tally)
    points = min(credit.points, day, month)
    if points <= 0:
        return Refusal(reason=Reason.DAY_CAP if day <= 0 else Reason.MONTH_CAP)
    cut = "" if points == credit.points else f"（原应 {credit.points} 分，到上限只计 {points} 分）"
    return post(
        balance,
        Entry(
            community=balance.community,
            volunteer=balance.volunteer,
            seq=balance.seq + 1,
            kind=rule.kind,
            rule=rule.code,
            rule_version=book.version,
            points=points,
            balance=balance.points + points,
            source=credit.source,
            on=credit.on,
            month=str(Month.of(credit.at)),
            at=credit.at.astimezone(UTC).replace(microsecond=0),
            expires_on=date(local_day(credit.at).year + 1, 12, 31),
            actor=credit.actor,
            approver=credit.approver,
            text=credit.text + cut,
        ),
    )


def reverse(
    *, balance: Balance, entry: Entry, source: str, at: datetime, actor: str, text: str
) -> tuple[Entry, Balance] | Refusal:
    """Take an entry back by a new one linked to it, from the same lot, never below zero.

    The caps keep counting what was taken back: they limit what a day may bring, and a reversal is no new chance.
    """
    points = min(entry.points, balance.lots.get(entry.expires_on.isoformat(), 0))
    if points <= 0:
        return Refusal(reason=Reason.NOTHING_LEFT)
    taken = replace(
        entry,
        seq=balance.seq + 1,
        kind=Kind.REVERSAL,
        points=-points,
        balance=balance.points - points,
        source=source,
        on=local_day(at),
        month=str(Month.of(at)),
        at=at.astimezone(UTC).replace(microsecond=0),
        actor=actor,
        approver=SYSTEM,
        text=text,
        reverses=entry.seq,
        hash="",
    )
    return post(balance, taken)


def _room(book: RuleBook, rule: Rule, tally: Tally) -> tuple[int, int]:
    if rule.kind is Kind.AWARD:
        return rule.points, rule.points
    day = min(_left(rule.day_cap, tally.day.get(rule.code, 0)), book.day_cap - sum(tally.day.values()))
    month = min(_left(rule.month_cap, tally.month.get(rule.code, 0)), book.month_cap - sum(tally.month.values()))
    return day, month


def _left(cap: int | None, used: int) -> int:
    return 10**6 if cap is None else cap - used
