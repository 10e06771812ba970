"""A community with one station, and colleagues who look after it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.config import Config
from portal.stations import domain, service
from tests.areas import build as places
from tests.stations import build


@pytest.fixture
def community(storage: Config) -> None:
    """A district, a street, a community and a grid."""
    places.places()


@pytest.fixture
def admin(community: None, client_for: Callable[..., FlaskClient]) -> FlaskClient:
    """A browser signed in as the community's admin."""
    return client_for("staff", build.ADMIN)


@pytest.fixture
def station(community: None) -> domain.Station:
    """A station without placards."""
    return service.add_station(actor=build.ADMIN, draft=build.draft())


@pytest.fixture
def placard(station: domain.Station) -> domain.Placard:
    """The station's poster."""
    return service.issue_placard(
        actor=build.ADMIN,
        community=station.community,
        station_id=station.id,
        series=domain.Series.POSTER,
        now=build.NOW,
    )
