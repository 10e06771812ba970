"""Any sequence of postings, resends, reversals and faults keeps every promise of the ledger."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from portal.config import Config
from portal.errors import Busy
from portal.points import domain, repository, service
from tests.points import builders
from tests.points.builders import COMMUNITY, NOON, pay
from tests.reliability import faults

pytestmark = pytest.mark.reliability

_people = count()
RULES = st.sampled_from(["P02", "P03", "P06", "P07", "P19"])
SOURCES = st.integers(0, 25)
DAYS = st.integers(-40, 3)


class Ledger(RuleBasedStateMachine):
    """One account; `answers` is what each source was told first, which must never change."""

    def __init__(self) -> None:
        super().__init__()
        self.volunteer = f"V{next(_people)}"
        self.answers: dict[tuple[str, str], domain.Posting] = {}

    def _tell(self, key: tuple[str, str], send: Callable[[], domain.Posting], *, seed: int) -> None:
        try:
            with faults.injected(seed=seed, share=0.3 if seed % 3 == 0 else 0):
                answer = send()
        except Busy:
            return
        assert answer == self.answers.setdefault(key, answer)

    @rule(code=RULES, number=SOURCES, day=DAYS, seed=st.integers(0, 999))
    def pay(self, code: str, number: int, day: int, seed: int) -> None:
        source, at = f"D#{self.volunteer}#{number}", NOON + timedelta(days=day)
        points = 40 if code == "P07" else None
        self._tell((source, code), lambda: pay(source, code, points=points, at=at, volunteer=self.volunteer), seed=seed)

    @rule(code=RULES, number=SOURCES, seed=st.integers(0, 999))
    def take_back(self, code: str, number: int, seed: int) -> None:
        source = f"D#{self.volunteer}#{number}"
        paid = self.answers.get((source, code))
        key = (source, code) if paid is None or paid.refused else (source, code + "-")

        def send() -> domain.Posting:
            return service.take_back(
                community=COMMUNITY,
                volunteer=self.volunteer,
                rule=code,
                source=source,
                at=NOON,
                actor="staff:lin",
                text="重新办理",
            )

        self._tell(key, send, seed=seed)

    @invariant()
    def it_adds_up(self) -> None:
        entries = list(repository.all_entries(community=COMMUNITY, volunteer=self.volunteer))
        balance = builders.balance(self.volunteer)
        assert domain.find_faults(balance=balance, entries=entries) == []
        once = [(entry.source, entry.rule, entry.kind) for entry in entries]
        assert len(once) == len(set(once))
        told = {answer.seq for answer in self.answers.values() if not answer.refused}
        assert told <= {entry.seq for entry in entries}


@pytest.mark.slow
def test_the_ledger_against_its_model(storage: Config) -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
