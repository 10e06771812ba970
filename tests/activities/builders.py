"""A service of two hours this morning, and the days after it."""

from datetime import UTC, date, datetime, time
from typing import Any

from portal.activities import domain, service
from portal.workflow import Role
from tests.volunteers import builders as people

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
"""A Friday, noon in Beijing."""

COMMUNITY = people.COMMUNITY
ADMIN, SECOND, WORKER = people.ADMIN, people.SECOND, people.WORKER
KEEPER = people.staff("keeper", Role.STATION_KEEPER)


def draft(volunteer: str, **changes: Any) -> domain.Draft:
    usual: dict[str, Any] = {
        "community": COMMUNITY,
        "volunteer": volunteer,
        "activity": "楼道清洁",
        "served_on": date(2026, 11, 20),
        "starts": time(9),
        "minutes": 120,
    }
    return domain.Draft(**{**usual, **changes})


def submitted(volunteer: str, **changes: Any) -> domain.Record:
    return service.submit_record(draft=draft(volunteer, **changes), actor=WORKER, now=NOW)


def confirmed(volunteer: str, **changes: Any) -> domain.Record:
    record = submitted(volunteer, **changes)
    return service.confirm_record(actor=ADMIN, record_id=record.id, version=record.version, now=NOW)
