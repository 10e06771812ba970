"""Placards and stations for tests."""

from datetime import UTC, datetime
from typing import Any

from portal.stations import domain
from portal.workflow import Actor, Role
from tests.areas import build as areas

COMMUNITY, GRID = areas.COMMUNITY, areas.GRID
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ADMIN = Actor(id="admin", name="王主任", roles=frozenset({Role.COMMUNITY_ADMIN}), scope=COMMUNITY)
KEEPER = Actor(id="keeper", name="站长", roles=frozenset({Role.STATION_KEEPER}), scope=COMMUNITY)
AUDITOR = Actor(id="auditor", name="监督", roles=frozenset({Role.AUDITOR}), scope="320105")
NEIGHBOUR = Actor(id="other", name="邻居社区", roles=frozenset({Role.COMMUNITY_ADMIN}), scope="320105902902")

FACTS: dict[str, Any] = {
    "name": "宁小蜂驿站",
    "area": GRID,
    "place": "庐山路12号",
    "opens": "08:00",
    "closes": "20:00",
    "status": "open",
    "facilities": ["water", "microwave"],
    "groups": ["couriers"],
}
"""What the form sends of the station that `draft()` is."""


def placard(**changes: Any) -> domain.Placard:
    """Return a poster's placard."""
    facts: dict[str, Any] = {
        "code": "K7M2Q4",
        "series": domain.Series.POSTER,
        "state": domain.PlacardState.ACTIVE,
        "station_id": "SABC",
        "station_name": "宁小蜂驿站",
        "place": "庐山路12号",
        "area": GRID,
        "community": COMMUNITY,
        "community_name": "庐山社区",
        "community_phone": "02586000001",
        "issued_at": NOW,
    }
    return domain.Placard(**{**facts, **changes})


def draft(**changes: Any) -> domain.StationDraft:
    """Return what staff say of a new station."""
    facts: dict[str, Any] = {
        "name": "宁小蜂驿站",
        "area": GRID,
        "place": "庐山路12号",
        "opens": "08:00",
        "closes": "20:00",
        "facilities": frozenset({domain.Facility.WATER, domain.Facility.MICROWAVE}),
        "groups": frozenset({domain.Group.COURIERS}),
    }
    return domain.StationDraft(**{**facts, **changes})
