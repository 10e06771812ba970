"""The budgets of the main actions, asserted: exact on every machine, and the same however much is stored."""

from collections.abc import Callable, Iterator

import pytest

from benchmarks import actions
from infra.local import engine
from portal.stations import service as stations
from tests import meter
from tests.project import world

World = dict[str, str]


@pytest.fixture(scope="module")
def everything(running_engine: engine.Engine) -> Iterator[World]:
    with world.standing(running_engine) as (_, known):
        yield known


def cost(act: Callable[[], object]) -> meter.Measurement:
    with meter.measure() as measured:
        act()
    return measured.without("sessions")


@pytest.mark.parametrize("action", list(actions.actions())[:-1], ids=lambda action: action.name)
def test_an_action_stays_within_its_budget(everything: World, action: actions.Action) -> None:
    found, budget = cost(action.ready(everything)), action.budget

    assert found.round_trips == budget.round_trips, found.table()
    assert found.read_units <= budget.read_units, found.table()
    assert found.write_units <= budget.write_units, found.table()


def test_a_report_from_a_placard_not_met_yet_costs_one_round_trip_more(everything: World) -> None:
    client = world.client("resident", "")
    form = {"category": "01", "description": "路灯不亮了", "submission_key": "budget-uncached-001"}
    stations.forget()

    found = cost(lambda: client.post(f"/s/{everything['code']}", data=form))

    assert found.round_trips == 3, found.table()


@pytest.mark.slow
def test_an_inbox_of_two_thousand_costs_what_an_inbox_of_a_hundred_costs(everything: World) -> None:
    small, large = [cost(action.ready(everything)) for action in list(actions.actions())[-2:]]

    assert (large.round_trips, large.read_units) == (small.round_trips, small.read_units)
    assert large.read_units <= 2.5
