"""What the ledger's actions cost: round trips and units by AWS's rules."""

from datetime import datetime, timedelta

import pytest

from portal.config import Config
from portal.points import service
from tests import meter
from tests.conftest import ClientFor
from tests.points import builders
from tests.points.builders import NOON, pay
from tests.points.test_routes import MEI


@pytest.fixture
def _old_account(storage: Config) -> None:
    """An account of four months, with all its counters in use."""
    for day in range(0, 120, 3):
        for rule, points in (("P02", 8), ("P03", 12), ("P06", 3), ("P07", 48)):
            pay(f"{rule}#{day}", rule, points=points, at=NOON + timedelta(days=day))


@pytest.mark.usefixtures("_old_account")
def test_a_posting_is_two_round_trips_and_its_replay_writes_nothing() -> None:
    at = NOON + timedelta(days=121)
    with meter.measure() as first:
        pay("R#new", at=at)
    assert (first.round_trips, first.write_units) == (2, 6)
    assert first.read_units <= 1.5
    with meter.measure() as again:
        pay("R#new", at=at)
    assert (again.round_trips, again.write_units) == (1, 0)
    assert again.read_units <= 1.5


def test_a_service_that_was_pending_costs_at_most_eight_write_units(storage: Config) -> None:
    pay("R#1")
    service.expect_points(pending=builders.pending("REC#1"))
    with meter.measure() as posting:
        pay("REC#1", "P07", points=20, was_pending=True)
    assert (posting.round_trips, posting.write_units) == (2, 8)


@pytest.mark.usefixtures("_old_account")
def test_the_first_page_costs_two_round_trips_however_old_the_account(client_for: ClientFor, now: datetime) -> None:
    for number in range(4):
        service.expect_points(pending=builders.pending(f"REC#{number}"))
    client = client_for("volunteer", MEI)
    with meter.measure() as page:
        assert client.get("/me").status_code == 200
    own = page.without("sessions")
    assert (own.round_trips, own.write_units) == (2, 0)
    assert own.read_units <= 1
