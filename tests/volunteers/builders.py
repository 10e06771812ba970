"""A community with two grids, its staff, and people who want to serve."""

from datetime import UTC, date, datetime
from typing import Any

from portal.areas import service as areas
from portal.areas.domain import Area
from portal.volunteers import domain, service
from portal.workflow import Actor, Role

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
COMMUNITY = "320105902901"
GRID = "320105902901001"
OTHER_GRID = "320105902901002"
OTHER_COMMUNITY = "320105902902"
PHONE = "13800001234"


def staff(name: str, *roles: Role, scope: str = COMMUNITY) -> Actor:
    return Actor(id=f"staff:{name}", name=name, roles=frozenset(roles), scope=scope)


ADMIN = staff("wang", Role.COMMUNITY_ADMIN)
SECOND = staff("sun", Role.SECOND_APPROVER)
WORKER = staff("zhao", Role.GRID_WORKER, scope=GRID)
AUDITOR = staff("qian", Role.AUDITOR)
HANDLER = staff("zhou", Role.HANDLER)
STRANGER = staff("wu", Role.COMMUNITY_ADMIN, scope=OTHER_COMMUNITY)


def add_places() -> None:
    areas.forget()
    for code, name in [
        ("320105", "建邺区"),
        ("320105902", "南苑街道"),
        (COMMUNITY, "庐山社区"),
        (OTHER_COMMUNITY, "邻近社区"),
        (GRID, "第一网格"),
        (OTHER_GRID, "第二网格"),
    ]:
        areas.add_area(area=Area(code=code, name=name))


def application(**changes: Any) -> domain.Application:
    usual: dict[str, Any] = {
        "community": COMMUNITY,
        "area": GRID,
        "name": "陈小兰",
        "phone": PHONE,
        "kind": domain.Kind.RETIRED,
        "birth_on": date(1960, 5, 1),
        "consent_version": "2026-11",
    }
    return domain.Application(**{**usual, **changes})


def applied(now: datetime = NOW, **changes: Any) -> domain.Volunteer:
    return service.apply(draft=application(**changes), now=now)


def serving(now: datetime = NOW, **changes: Any) -> domain.Volunteer:
    volunteer = applied(now, **changes)
    return service.verify_volunteer(actor=ADMIN, community=volunteer.community, volunteer_id=volunteer.id, now=now)


def fields(**changes: str) -> dict[str, str]:
    usual = {
        "name": "陈小兰",
        "phone": "138 0000 1234",
        "kind": "retired",
        "area": GRID,
        "birth_on": "1960-05-01",
        "guardian_name": "",
        "guardian_phone": "",
        "consent": "1",
    }
    return {**usual, **changes}
