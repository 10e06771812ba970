"""Deeds, accounts and events for the tests of points."""

from datetime import UTC, date, datetime

from portal.period import local_day
from portal.points import domain, repository, rules, service

COMMUNITY = "320105902901"
VOLUNTEER = "VK7M2Q4XZ8PAB"
NOON = datetime(2026, 10, 15, 4, tzinfo=UTC)
EMPTY = domain.Balance(community=COMMUNITY, volunteer=VOLUNTEER)


def credit(source: str, rule: str, points: int | None, at: datetime, volunteer: str = VOLUNTEER) -> domain.Credit:
    on = local_day(at)
    return domain.Credit(
        rule=rule,
        points=rules.book_on(on).rules[rule].points if points is None else points,
        source=source,
        on=on,
        at=at,
        actor=volunteer,
        approver="staff:lin",
        text="反映的问题 K7M2-Q4XZ 已立案",
    )


def pay(
    source: str,
    rule: str = "P02",
    *,
    points: int | None = None,
    at: datetime = NOON,
    volunteer: str = VOLUNTEER,
    was_pending: bool = False,
) -> domain.Posting:
    return service.post_points(
        community=COMMUNITY,
        volunteer=volunteer,
        credit=credit(source, rule, points, at, volunteer),
        was_pending=was_pending,
    )


def take_back(source: str, rule: str, at: datetime = NOON) -> domain.Posting:
    return service.take_back(
        community=COMMUNITY, volunteer=VOLUNTEER, rule=rule, source=source, at=at, actor="staff:lin", text="重新办理"
    )


def award(balance: domain.Balance, rule: str, points: int, source: str, at: datetime) -> domain.Balance:
    asked = credit(source, rule, points, at)
    tally = domain.recall_tally(balance=balance, on=asked.on)
    assert tally
    answer = domain.award(balance=balance, book=rules.book_on(asked.on), credit=asked, tally=tally)
    return balance if isinstance(answer, domain.Refusal) else answer[1]


def pending(source: str, points: int = 20) -> domain.Pending:
    return domain.Pending(
        community=COMMUNITY,
        volunteer=VOLUNTEER,
        source=source,
        rule="P07",
        points=points,
        on=date(2026, 10, 15),
        final_on=date(2026, 10, 20),
        text="10月15日 小区巡查 120 分钟",
    )


def balance(volunteer: str = VOLUNTEER) -> domain.Balance:
    return service.get_balance(community=COMMUNITY, volunteer=volunteer)


def check(*, entries: int, points: int, volunteer: str = VOLUNTEER) -> None:
    """Hold an account to every promise of the ledger."""
    found = list(repository.all_entries(community=COMMUNITY, volunteer=volunteer))
    held = balance(volunteer)
    assert domain.find_faults(balance=held, entries=found) == []
    assert (len(found), held.points) == (entries, points)
    assert held.points == sum(entry.points for entry in found)
