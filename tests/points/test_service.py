"""The ledger on the engine: once per source, exact sums, within caps, and rebuilt from its entries."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.config import Config
from portal.errors import NotFound
from portal.points import domain, repository, service
from portal.points.models import BalanceItem, EntryItem
from portal.workflow import Actor, Role
from tests.points import builders
from tests.points.builders import COMMUNITY, NOON, VOLUNTEER, pay


def test_a_deed_is_paid_once_however_often_it_is_told(storage: Config) -> None:
    answers = {pay("R#1") for _ in range(3)}
    assert answers == {domain.Posting(seq=1, points=2)}
    assert builders.balance().points == 2


def test_sixteen_messengers_of_one_deed_make_one_entry(storage: Config) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(lambda _: pay("R#1"), range(64)))
    assert answers == {domain.Posting(seq=1, points=2)}
    builders.check(entries=1, points=2)


def test_sixteen_deeds_at_once_are_all_paid(storage: Config) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: pay(f"A#{n}", "P19"), range(16)))
    assert sorted(answer.seq for answer in answers) == list(range(1, 17))
    builders.check(entries=16, points=16 * 50)


def test_a_cap_holds_when_everything_comes_at_once(storage: Config) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: pay(f"R#{n}"), range(9)))
    assert sum(answer.points for answer in answers) == 10
    assert [answer.refused for answer in answers].count(domain.Reason.DAY_CAP) == 4
    builders.check(entries=5, points=10)


def test_a_refusal_is_kept_so_a_resend_gets_the_same_answer(storage: Config) -> None:
    for number in range(5):
        pay(f"R#{number}")
    refused = pay("R#late")
    assert refused == domain.Posting(refused=domain.Reason.DAY_CAP)
    assert pay("R#late", at=NOON + timedelta(days=3)) == refused


def test_a_deed_that_arrives_weeks_late_meets_the_caps_of_its_own_day(storage: Config) -> None:
    for number in range(5):
        pay(f"R#{number}")
    for day in range(1, 40):
        pay(f"R#later{day}", at=NOON + timedelta(days=day))
    assert domain.recall_tally(balance=builders.balance(), on=date(2026, 10, 15)) is None
    assert pay("R#late").refused is domain.Reason.DAY_CAP


def test_what_was_paid_is_taken_back_once_by_an_entry_that_names_it(storage: Config) -> None:
    pay("R#1#8", "P03")
    answers = {builders.take_back("R#1#8", "P03") for _ in range(3)}
    assert answers == {domain.Posting(seq=2, points=-3)}
    newest, first = service.list_entries(community=COMMUNITY, volunteer=VOLUNTEER).items
    assert (newest.reverses, newest.kind) == (first.seq, domain.Kind.REVERSAL)
    builders.check(entries=2, points=0)


def test_what_was_taken_back_before_it_was_paid_is_never_paid(storage: Config) -> None:
    assert builders.take_back("R#1#8", "P03").refused is domain.Reason.TAKEN_BACK
    assert pay("R#1#8", "P03").refused is domain.Reason.TAKEN_BACK
    builders.check(entries=0, points=0)


def test_the_first_read_may_be_stale_and_nothing_is_paid_twice(
    storage: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay("R#1")
    real = repository._read

    def stale(*args: str, fresh: bool) -> object:
        return real(*args, fresh=True) if fresh else (None, builders.EMPTY)

    monkeypatch.setattr(repository, "_read", stale)
    assert pay("R#1") == domain.Posting(seq=1, points=2)
    assert pay("R#2") == domain.Posting(seq=2, points=2)
    builders.check(entries=2, points=4)


def test_a_stale_first_read_refuses_nothing_for_good(storage: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report closed and reopened within a moment: the copy that answers has not heard of the points yet."""
    pay("R#1#8", "P03")
    real = repository._read

    def stale(*args: str, fresh: bool) -> object:
        return real(*args, fresh=True) if fresh else (real(*args, fresh=True)[0], builders.EMPTY)

    monkeypatch.setattr(repository, "_read", stale)
    assert builders.take_back("R#1#8", "P03") == domain.Posting(seq=2, points=-3)
    builders.check(entries=2, points=0)


def test_what_is_pending_goes_when_it_is_posted_and_does_not_come_back(storage: Config) -> None:
    pending = builders.pending("REC#1")
    service.expect_points(pending=pending)
    service.expect_points(pending=pending)
    assert service.list_pending(community=COMMUNITY, volunteer=VOLUNTEER) == [pending]
    pay("REC#1", "P07", points=20, was_pending=True)
    service.expect_points(pending=pending)
    assert service.list_pending(community=COMMUNITY, volunteer=VOLUNTEER) == []


def test_a_wiped_balance_is_rebuilt_from_its_entries(storage: Config) -> None:
    for number in range(12):
        pay(f"REC#{number}", "P07", points=15, at=NOON + timedelta(days=3 * number))
    builders.take_back("REC#3", "P07")
    stored = BalanceItem.get(f"ACC#{COMMUNITY}#{VOLUNTEER}", "BALANCE").to_dynamodb_dict()
    entries = repository.all_entries(community=COMMUNITY, volunteer=VOLUNTEER)
    rebuilt = domain.replay(community=COMMUNITY, volunteer=VOLUNTEER, entries=entries)
    assert BalanceItem.of(rebuilt).to_dynamodb_dict() == stored


def test_the_items_stay_small_after_years_of_use(storage: Config) -> None:
    balance, count = builders.EMPTY, 0
    for day in range(0, 800, 2):
        for rule, points in (("P02", 10), ("P03", 15), ("P06", 3), ("P07", 60)):
            count += 1
            balance = builders.award(balance, rule, points, f"R#{count}", NOON + timedelta(days=day))
    item = BalanceItem.of(balance).to_dynamodb_dict()
    assert sum(len(name) + len(str(next(iter(value.values())))) for name, value in item.items()) <= 1024


def test_the_last_six_months_are_summed_by_the_month_of_booking(storage: Config) -> None:
    pay("R#1", at=datetime(2026, 8, 31, 16, tzinfo=UTC))
    pay("R#2", at=datetime(2026, 10, 1, tzinfo=UTC))
    sums = service.month_sums(balance=builders.balance(), now=datetime(2026, 11, 20, tzinfo=UTC))
    assert [(str(month), points) for month, points in sums] == [
        ("2026-06", 0),
        ("2026-07", 0),
        ("2026-08", 0),
        ("2026-09", 2),
        ("2026-10", 2),
        ("2026-11", 0),
    ]


def test_an_audit_finds_what_was_tampered_with(storage: Config) -> None:
    for number in range(3):
        pay(f"R#{number}")
    assert [each[2] for each in service.verify_accounts()] == [[]]
    EntryItem.get(f"ACC#{COMMUNITY}#{VOLUNTEER}", "E#000000000002").update(actions=[EntryItem.points.set(200)])
    [(community, volunteer, faults)] = service.verify_accounts()
    assert (community, volunteer) == (COMMUNITY, VOLUNTEER)
    assert faults
    BalanceItem.get(f"ACC#{COMMUNITY}#{VOLUNTEER}", "BALANCE").delete()
    assert [bool(each[2]) for each in service.verify_accounts()] == [True]


def test_staff_of_another_community_find_no_such_account(storage: Config) -> None:
    auditor = Actor(id="staff:he", roles=frozenset({Role.AUDITOR}), scope="320105902902")
    with pytest.raises(NotFound):
        service.audit_account(actor=auditor, community=COMMUNITY, volunteer=VOLUNTEER)
