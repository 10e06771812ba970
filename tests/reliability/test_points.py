"""The ledger under faults: nothing acknowledged is lost, nothing is paid twice, refusals are Busy and nothing else.

A failing run repeats with the seed in its name.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal.config import Config
from portal.errors import Busy
from portal.points import domain, repository
from tests.points import builders
from tests.points.builders import NOON, pay
from tests.reliability import faults

pytestmark = pytest.mark.reliability


def try_to_pay(source: str, volunteer: str) -> domain.Posting | None:
    try:
        return pay(source, "P19", volunteer=volunteer)
    except Busy:
        return None


@pytest.mark.parametrize(("seed", "share"), [(20261122, 0.05), (7, 0.15), (11, 0.5)])
def test_every_acknowledged_posting_is_there_once(storage: Config, seed: int, share: float) -> None:
    deeds = [(f"A#{number}", f"V{number % 6}") for number in range(48)]
    with faults.injected(seed=seed, share=share) as injected, ThreadPoolExecutor(8) as pool:
        first = list(pool.map(lambda deed: try_to_pay(*deed), deeds * 2))
    answers = dict(zip(deeds * 2, first, strict=True))
    again = {deed: pay(deed[0], "P19", volunteer=deed[1]) for deed in deeds}
    assert sum(injected.happened.values()) > injected.happened[""]
    assert all(answer in (None, again[deed]) for deed, answer in answers.items())
    for number in range(6):
        builders.check(entries=8, points=8 * 50, volunteer=f"V{number}")


def test_an_answer_lost_after_the_commit_is_read_back_and_not_sent_again(storage: Config) -> None:
    with faults.injected(seed=1, share=1, kinds=(faults.LOST,), operations=("TransactWriteItems",)) as injected:
        for number in range(25):
            assert pay(f"A#{number}", "P19") == domain.Posting(seq=number + 1, points=50)
    assert injected.happened[faults.LOST] >= 25
    builders.check(entries=25, points=25 * 50)


def test_a_reversal_whose_answer_was_lost_takes_back_once(storage: Config) -> None:
    pay("R#1#8", "P03")
    with faults.injected(seed=2, share=1, kinds=(faults.LOST,), operations=("TransactWriteItems",)):
        assert builders.take_back("R#1#8", "P03").points == -3
    builders.check(entries=2, points=0)


@pytest.mark.parametrize("kind", [faults.CONFLICT, faults.IN_PROGRESS, faults.THROTTLE, faults.FAILURE])
def test_an_account_that_cannot_be_written_is_busy_and_unchanged(
    storage: Config, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(repository, "TRIES", 2)
    with faults.injected(seed=3, share=1, kinds=(kind,), operations=("TransactWriteItems",)), pytest.raises(Busy):
        pay("R#1")
    builders.check(entries=0, points=0)


def test_caps_hold_under_faults(storage: Config) -> None:
    def file_report(number: int) -> None:
        try:
            pay(f"R#{number}", at=NOON + timedelta(minutes=number))
        except Busy:
            pay(f"R#{number}", at=NOON + timedelta(minutes=number))

    with faults.injected(seed=4, share=0.2), ThreadPoolExecutor(8) as pool:
        list(pool.map(file_report, list(range(12)) * 2))
    builders.check(entries=5, points=10)
