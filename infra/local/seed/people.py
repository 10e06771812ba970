"""The demo's staff and volunteers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from infra.local.seed.places import COMMUNITY
from portal import period
from portal.accounts import domain as accounts_domain
from portal.accounts import service as accounts
from portal.volunteers import domain as volunteers_domain
from portal.volunteers import service as volunteers
from portal.workflow import SYSTEM, Actor, Role


@dataclass(frozen=True)
class Helper:
    """A volunteer of the demo; `zeal` is about how many services a week they give."""

    id: str
    actor: Actor
    phone: str
    zeal: float
    grid: str


@dataclass(frozen=True)
class Cast:
    """Everyone of the demo: staff by username, volunteers in the order of the data."""

    staff: dict[str, Actor]
    helpers: list[Helper]


def tell(data: dict[str, Any], *, now: datetime) -> Cast:
    """Add the staff, let the volunteers join, and have them verified."""
    staff = {row["username"]: _staff(row, data["password"], now) for row in data["staff"]}
    helpers = [_helper(row, staff["admin"], now - timedelta(days=3)) for row in data["volunteers"]]
    return Cast(staff=staff, helpers=helpers)


def _staff(row: dict[str, Any], password: str, now: datetime) -> Actor:
    draft = accounts_domain.NewStaff(
        username=row["username"],
        name=row["name"],
        roles=frozenset(Role(name) for name in row["roles"]),
        scope=row["scope"],
        desks=tuple(row["desks"]),
    )
    accounts.add_staff(actor=SYSTEM, draft=draft, now=now, password=password)
    return Actor(
        id=accounts_domain.person_id(draft.username),
        name=draft.name,
        roles=draft.roles,
        scope=draft.scope,
        desks=draft.desks,
    )


def _helper(row: dict[str, Any], admin: Actor, now: datetime) -> Helper:
    birth_on: date = row["birth_on"]
    application = volunteers_domain.Application(
        community=COMMUNITY,
        area=f"{COMMUNITY}{row['grid']:03d}",
        name=row["name"],
        phone=row["phone"],
        kind=volunteers_domain.Kind(row["kind"]),
        birth_on=birth_on,
        consent_version=volunteers.rules_of(community=COMMUNITY, on=period.local_day(now)).consent_version,
        publish_name=row["publish_name"],
    )
    joined = volunteers.apply(draft=application, now=now)
    verified = volunteers.verify_volunteer(
        actor=admin, community=COMMUNITY, volunteer_id=joined.id, now=now + timedelta(days=1)
    )
    return Helper(
        id=joined.id,
        actor=volunteers.as_actor(volunteer=verified),
        phone=row["phone"],
        zeal=row["zeal"],
        grid=application.area,
    )
