"""Reports and people for the tests of this feature."""

from datetime import UTC, datetime
from typing import Any

from portal.reports import domain, rules
from portal.workflow import Actor, Role

COMMUNITY = "320105902901"
STREET = COMMUNITY[:9]
GRID = COMMUNITY + "003"
SAN = "320105#SAN"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
RULES = rules.current()


def staff(name: str, role: Role, *desks: str, scope: str = COMMUNITY) -> Actor:
    return Actor(id=name, name=name, roles=frozenset({role}), scope=scope, desks=desks or (COMMUNITY,))


DISPATCHER = staff("dina", Role.DISPATCHER)
GRID_WORKER = staff("gao", Role.GRID_WORKER, COMMUNITY, GRID, scope=GRID)
HANDLER = staff("huan", Role.HANDLER, SAN, scope="320105")
VERIFIER = staff("vera", Role.VERIFIER)
ADMIN = staff("ada", Role.COMMUNITY_ADMIN)
AUDITOR = staff("audra", Role.AUDITOR, "none", scope="320105")
ELSEWHERE = staff("eve", Role.DISPATCHER, "320105902902", scope="320105902902")
VOLUNTEER = Actor(id="V1", name="陈桂兰", kind="volunteer", roles=frozenset({Role.VOLUNTEER}), scope=COMMUNITY)
EVERYONE = (DISPATCHER, GRID_WORKER, HANDLER, VERIFIER, ADMIN, AUDITOR, ELSEWHERE, VOLUNTEER, domain.REPORTER)


def draft(**changes: Any) -> domain.Draft:
    values: dict[str, Any] = {
        "submission_key": "7f1d2f0c-3f5b-4c1e-9a63-2d7b1f6b9c01",
        "category": "01",
        "description": "3号楼东侧垃圾桶满了，两天没人清",
        "community": COMMUNITY,
        "area": GRID,
        "place": "宁小蜂驿站东侧",
        "station": "ST1",
        "station_name": "宁小蜂驿站",
        "placard": "K7M2Q4XZ",
        "channel": domain.Channel.QR,
    }
    return domain.Draft(**{**values, **changes})


def report(**changes: Any) -> domain.Report:
    values: dict[str, Any] = {
        "reference": "NX7K42QM",
        "state": domain.State.SUBMITTED,
        "version": 1,
        "community": COMMUNITY,
        "area": GRID,
        "category": "01",
        "description": "3号楼东侧垃圾桶满了，两天没人清",
        "place": "宁小蜂驿站东侧",
        "channel": domain.Channel.QR,
        "submitted_at": NOW,
        "urgency": "P3",
        "rules": RULES.version,
        "desk": COMMUNITY,
        "history": (domain.Step(seq=1, type="report.submitted", actor="reporter", role="resident", at=NOW),),
    }
    return domain.Report(**{**values, **changes})
