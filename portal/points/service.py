"""Use cases of points: deeds are paid, paid deeds are taken back, and everyone can see how it adds up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from portal import db
from portal.errors import NotFound
from portal.period import Month
from portal.points import domain, repository, rules
from portal.workflow import Actor

LATEST = 5
PAGE = 20
_REVERSAL = "-"


@dataclass(frozen=True, kw_only=True)
class Account:
    """What a person sees of their account first; `months` holds what was booked in each, the oldest first."""

    balance: domain.Balance
    pending: list[domain.Pending]
    entries: list[domain.Entry]
    months: list[tuple[Month, int]]


@dataclass(frozen=True, kw_only=True)
class Audit:
    """A volunteer's whole ledger, the newest first, and everything about it that does not add up."""

    balance: domain.Balance
    entries: list[domain.Entry]
    faults: list[str]


def post_points(*, community: str, volunteer: str, credit: domain.Credit, was_pending: bool = False) -> domain.Posting:
    """Pay a deed once, ever; asked again, the answer is the same, be it an entry or a refusal by a cap. Raises Busy."""
    book = rules.book_on(credit.on)

    def decide(balance: domain.Balance) -> repository.Answer:
        tally = domain.recall_tally(balance=balance, on=credit.on) or domain.count_tally(
            entries=repository.all_entries(community=community, volunteer=volunteer), on=credit.on
        )
        return domain.award(balance=balance, book=book, credit=credit, tally=tally)

    return repository.post(
        community=community,
        volunteer=volunteer,
        source=credit.source,
        rule=credit.rule,
        decide=decide,
        settles=was_pending,
    )


def take_back(
    *, community: str, volunteer: str, rule: str, source: str, at: datetime, actor: str, text: str
) -> domain.Posting:
    """Take back what a source was paid, or see to it that it never will be if it has not been paid yet.

    What was pending is dropped. Done once however often it is asked. Raises Busy.
    """
    paid = repository.post(
        community=community,
        volunteer=volunteer,
        source=source,
        rule=rule,
        decide=lambda _: domain.Refusal(reason=domain.Reason.TAKEN_BACK),
        settles=True,
    )
    if paid.refused:
        return paid
    entry = repository.get_entry(community=community, volunteer=volunteer, seq=paid.seq)
    return repository.post(
        community=community,
        volunteer=volunteer,
        source=source,
        rule=rule + _REVERSAL,
        decide=lambda balance: domain.reverse(
            balance=balance, entry=entry, source=source, at=at, actor=actor, text=text
        ),
    )


def expect_points(*, pending: domain.Pending) -> None:
    """Keep what a deed will bring once it is final; a deed already answered stays as it is. Raises Busy."""
    repository.add_pending(pending)


def service_points(*, minutes: int, coefficient: Decimal, on: date) -> int:
    """Return what a service of so many minutes earns before caps, by the rules of its day (P07, P08)."""
    return domain.service_points(rule=rules.book_on(on).rules["P07"], minutes=minutes, coefficient=coefficient)


def get_balance(*, community: str, volunteer: str) -> domain.Balance:
    """Return an account's balance; who never earned anything has an empty one."""
    return repository.get_balance(community=community, volunteer=volunteer)


def list_pending(*, community: str, volunteer: str, limit: int = LATEST) -> list[domain.Pending]:
    """Return what is pending, at most `limit`."""
    return repository.view_account(community=community, volunteer=volunteer, limit=limit)[1]


def list_entries(
    *, community: str, volunteer: str, limit: int = PAGE, cursor: db.Cursor | None = None
) -> db.Page[domain.Entry]:
    """Return a page of an account's entries, the newest first."""
    return repository.list_entries(community=community, volunteer=volunteer, limit=limit, cursor=cursor)


def month_sums(*, balance: domain.Balance, now: datetime) -> list[tuple[Month, int]]:
    """Return what was booked in each of the last six months, this one included, the oldest first."""
    this = Month.of(now)
    months = [this.plus(-back) for back in reversed(range(domain.MONTHS_SHOWN))]
    return [(month, balance.booked.get(str(month), 0)) for month in months]


def view_account(*, community: str, volunteer: str, now: datetime) -> Account:
    """Return a person's own first page: two round trips, at most one read unit."""
    balance, pending = repository.view_account(community=community, volunteer=volunteer, limit=LATEST)
    latest = repository.list_entries(community=community, volunteer=volunteer, limit=LATEST)
    return Account(balance=balance, pending=pending, entries=latest.items, months=month_sums(balance=balance, now=now))


def audit_account(*, actor: Actor, community: str, volunteer: str) -> Audit:
    """Return a volunteer's whole ledger, checked, to staff of their place. Raises NotFound outside the scope."""
    if not actor.covers(community):
        raise NotFound
    balance, entries, faults = _check(community, volunteer)
    return Audit(balance=balance, entries=entries[::-1], faults=faults)


def verify_accounts() -> Iterator[tuple[str, str, list[str]]]:
    """Check every account there is: yields community, volunteer and what is wrong. Reads whole tables."""
    for community, volunteer in repository.list_accounts():
        yield community, volunteer, _check(community, volunteer)[2]


def _check(community: str, volunteer: str) -> tuple[domain.Balance, list[domain.Entry], list[str]]:
    """Read the balance around its entries, again when something was posted in between."""
    before = repository.get_balance(community=community, volunteer=volunteer)
    entries = list(repository.all_entries(community=community, volunteer=volunteer))
    balance = repository.get_balance(community=community, volunteer=volunteer)
    if before != balance:
        return _check(community, volunteer)
    return balance, entries, domain.find_faults(balance=balance, entries=entries)
