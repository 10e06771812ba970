"""The ledger's arithmetic: golden values, and promises that hold for every history."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.period import local_day
from portal.points import domain, rules

BOOK = rules.book_on(date(2026, 10, 1))
NOON = datetime(2026, 10, 15, 4, tzinfo=UTC)
EMPTY = domain.Balance(community="320105902901", volunteer="V1")


def credit(
    rule: str = "P02",
    *,
    points: int | None = None,
    source: str = "R#K7M2Q4XZ",
    at: datetime = NOON,
    on: date | None = None,
    approver: str = "lin",
) -> domain.Credit:
    return domain.Credit(
        rule=rule,
        points=BOOK.rules[rule].points if points is None else points,
        source=source,
        on=on or local_day(at),
        at=at,
        actor="V1",
        approver=approver,
        text="反映的问题被立案",
    )


def earn(
    balance: domain.Balance, entries: list[domain.Entry], asked: domain.Credit
) -> tuple[domain.Balance, domain.Entry | domain.Refusal]:
    tally = domain.recall_tally(balance=balance, on=asked.on) or domain.count_tally(entries=entries, on=asked.on)
    answer = domain.award(balance=balance, book=BOOK, credit=asked, tally=tally)
    if isinstance(answer, domain.Refusal):
        return balance, answer
    entries.append(answer[0])
    return answer[1], answer[0]


def earn_all(*asked: domain.Credit) -> tuple[domain.Balance, list[domain.Entry]]:
    balance, entries = EMPTY, list[domain.Entry]()
    for one in asked:
        balance, _ = earn(balance, entries, one)
    return balance, entries


@pytest.mark.parametrize(
    ("minutes", "coefficient", "points"),
    [(200, "1.2", 36), (150, "1.5", 37), (29, "1.5", 0), (30, "1", 5), (59, "1", 5), (240, "1.5", 60)],
)
def test_a_service_earns_for_each_full_half_hour_times_its_coefficient_floored(
    minutes: int, coefficient: str, points: int
) -> None:
    assert domain.service_points(rule=BOOK.rules["P07"], minutes=minutes, coefficient=Decimal(coefficient)) == points


def test_nine_reports_filed_in_a_day_earn_ten_points() -> None:
    balance, entries = earn_all(*(credit(source=f"R#{n}") for n in range(9)))
    assert (balance.points, len(entries)) == (10, 5)
    assert earn(balance, entries, credit())[1] == domain.Refusal(reason=domain.Reason.DAY_CAP)


def test_the_day_and_the_month_turn_at_midnight_in_nanjing_not_in_greenwich() -> None:
    last = datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC)
    balance, entries = earn_all(credit(at=last), credit(at=last + timedelta(seconds=1), source="R#2"))
    assert [(entry.month, entry.on) for entry in entries] == [
        ("2026-10", date(2026, 10, 31)),
        ("2026-11", date(2026, 11, 1)),
    ]
    assert balance.booked == {"2026-10": 2, "2026-11": 2}


def test_a_cap_that_leaves_some_room_gives_what_fits_and_says_so() -> None:
    _, entries = earn_all(credit("P07", points=60), credit("P07", points=36, source="REC#2"))
    assert [entry.points for entry in entries] == [60, 20]
    assert "原应 36 分" in entries[1].text


def test_a_month_cap_refuses_even_on_a_fresh_day() -> None:
    days = [NOON.replace(day=day) for day in range(1, 7)]
    balance, entries = earn_all(*(credit("P07", points=80, source=f"REC#{at.day}", at=at) for at in days))
    assert balance.points == 400
    assert earn(balance, entries, credit("P07", at=NOON.replace(day=20)))[1] == domain.Refusal(
        reason=domain.Reason.MONTH_CAP
    )


def test_an_award_is_outside_every_cap_and_uses_none_of_the_days_room() -> None:
    asked = [credit("P19", source=f"A#{n}") for n in range(3)]
    balance, _ = earn_all(*asked, credit("P07", points=80, source="REC#1"))
    assert balance.points == 3 * 50 + 80


def test_nobody_approves_points_for_themselves() -> None:
    assert earn(EMPTY, [], credit(approver="V1"))[1] == domain.Refusal(reason=domain.Reason.OWN_APPROVAL)


@pytest.mark.parametrize("category", ["0501", "0605", "0701", "07", "0899", "1202"])
def test_reports_about_persons_households_and_disputes_never_earn(category: str) -> None:
    assert all(BOOK.bars(rule, category) for rule in ("P02", "P03", "P06"))


@pytest.mark.parametrize("category", ["0502", "05", "0101", "1201", "", "0108"])
def test_other_reports_earn(category: str) -> None:
    assert not any(BOOK.bars(rule, category) for rule in ("P02", "P03", "P06"))


def test_points_of_a_year_last_until_the_end_of_the_next() -> None:
    new_year = datetime(2026, 12, 31, 16, tzinfo=UTC)
    balance, _ = earn_all(credit(), credit(at=new_year, source="R#2"))
    assert balance.lots == {"2027-12-31": 2, "2028-12-31": 2}


def test_a_reversal_is_a_new_entry_linked_to_the_first_and_frees_no_cap() -> None:
    balance, entries = earn_all(credit("P03"), credit("P03", source="R#2"))
    taken, after = reverse(balance, entries[0])
    assert (taken.seq, taken.points, taken.reverses, after.points) == (3, -3, 1, 3)
    assert domain.recall_tally(balance=after, on=entries[0].on) == domain.recall_tally(
        balance=balance, on=entries[0].on
    )
    assert domain.find_faults(balance=after, entries=[*entries, taken]) == []


def test_a_reversal_never_takes_more_than_its_lot_holds() -> None:
    balance, entries = earn_all(credit("P03"))
    assert reverse(replace(balance, lots={"2027-12-31": 2}), entries[0])[0].points == -2
    empty = replace(balance, lots={})
    answer = domain.reverse(balance=empty, entry=entries[0], source="x", at=NOON, actor="system", text="")
    assert answer == domain.Refusal(reason=domain.Reason.NOTHING_LEFT)


def reverse(balance: domain.Balance, entry: domain.Entry) -> tuple[domain.Entry, domain.Balance]:
    answer = domain.reverse(
        balance=balance, entry=entry, source=f"{entry.source}#9", at=NOON, actor="system", text="重新打开"
    )
    assert not isinstance(answer, domain.Refusal)
    return answer


deeds = st.lists(
    st.builds(
        lambda rule, minutes, hours, number: credit(
            rule,
            points=minutes // 30 * 5 + 1 if rule == "P07" else None,
            at=NOON + timedelta(hours=hours),
            source=f"{rule}#{number}",
        ),
        st.sampled_from(sorted(BOOK.rules)),
        st.integers(0, 240),
        st.one_of(st.integers(-60, 60), st.integers(-24 * 80, 24 * 80)),
        st.integers(),
    ),
    max_size=40,
)


@given(asked=deeds, undo=st.lists(st.integers(0, 39), max_size=5, unique=True))
@settings(max_examples=50, deadline=None)
def test_every_history_keeps_the_ledgers_promises(asked: list[domain.Credit], undo: list[int]) -> None:
    balance, entries = earn_all(*asked)
    earned = list(entries)
    for index in undo:
        if index < len(earned):
            taken, balance = reverse(balance, earned[index])
            entries.append(taken)
    assert balance.points == sum(entry.points for entry in entries) == sum(balance.lots.values())
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert balance.head == (entries[-1].hash if entries else "")
    assert domain.find_faults(balance=balance, entries=entries) == []
    assert domain.replay(community=balance.community, volunteer=balance.volunteer, entries=entries) == balance


@given(asked=deeds)
@settings(max_examples=50, deadline=None)
def test_no_order_of_deeds_gets_past_a_cap(asked: list[domain.Credit]) -> None:
    _, entries = earn_all(*asked)
    by_day: dict[tuple[str, str], int] = defaultdict(int)
    by_month: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        if entry.kind is domain.Kind.EARN:
            for rule in (entry.rule, "all"):
                by_day[rule, entry.on.isoformat()] += entry.points
                by_month[rule, entry.on.isoformat()[:7]] += entry.points
    for (rule, _), points in by_day.items():
        assert points <= (BOOK.day_cap if rule == "all" else BOOK.rules[rule].day_cap or 0)
    for (rule, _), points in by_month.items():
        assert points <= (BOOK.month_cap if rule == "all" else BOOK.rules[rule].month_cap or 0)


def test_the_balance_forgets_old_days_and_the_entries_remember_them() -> None:
    asked = [credit("P02", source=f"R#{n}", at=NOON + timedelta(days=n)) for n in range(30)]
    balance, entries = earn_all(*asked)
    assert domain.recall_tally(balance=balance, on=asked[0].on) is None
    assert domain.count_tally(entries=entries, on=asked[0].on).day == {"P02": 2}
    late = earn_all(*asked, *(credit("P02", source=f"L#{n}") for n in range(9)))[1]
    assert sum(entry.points for entry in late if entry.on == asked[0].on) == 10


@pytest.mark.parametrize(
    "damage",
    [
        lambda entries: entries[:-1],
        lambda entries: entries[1:],
        lambda entries: [entries[0], replace(entries[1], points=30), *entries[2:]],
        lambda entries: [entries[0], replace(entries[1], text="改过"), *entries[2:]],
        lambda entries: [entries[1], entries[0], *entries[2:]],
    ],
    ids=["cut off", "first gone", "points changed", "text changed", "order changed"],
)
def test_a_tampered_account_is_found_out(damage: object) -> None:
    balance, entries = earn_all(*(credit(source=f"R#{n}") for n in range(4)))
    assert callable(damage)
    assert domain.find_faults(balance=balance, entries=damage(entries))


def test_a_changed_balance_is_found_out() -> None:
    balance, entries = earn_all(credit())
    assert domain.find_faults(balance=replace(balance, lots={"2027-12-31": 200}), entries=entries)


def test_each_rule_has_a_name_and_says_how_it_counts() -> None:
    assert rules.NAMES.keys() == rules.HOW.keys() == BOOK.rules.keys()
