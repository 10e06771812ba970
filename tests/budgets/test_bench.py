"""`make bench`: the main actions timed and costed. Costs are asserted beside this file; times never are."""

import statistics
import time
from collections.abc import Iterator

import pytest

from benchmarks import actions
from infra.local import engine
from tests import meter
from tests.project import world

TIMES = 60
HEAD = f"{'action':<24} {'CPU median':>9} {'90th':>8} {'trips':>6} {'RRU':>5} {'WRU':>4}"


@pytest.fixture(scope="module")
def everything(running_engine: engine.Engine) -> Iterator[dict[str, str]]:
    with world.standing(running_engine) as (_, known):
        yield known


@pytest.mark.bench
def test_the_main_actions(everything: dict[str, str]) -> None:
    print(f"\n{HEAD}")
    for action in actions.actions():
        act = action.ready(everything)
        times = [_timed(act) for _ in range(TIMES)]
        with meter.measure() as measured:
            act()
        found = measured.without("sessions")
        spent = f"{found.round_trips:>6} {found.read_units:>5} {found.write_units:>4}"
        middle, late = statistics.median(times) * 1000, statistics.quantiles(times, n=10)[-1] * 1000
        print(f"{action.name:<24} {middle:>6.1f} ms {late:>6.1f} ms {spent}", flush=True)


def _timed(act: actions.Act) -> float:
    """Processor seconds of our own process: the engine's are not ours to speed up."""
    start = time.process_time()
    act()
    return time.process_time() - start
