"""Who and what the demo has, written where people and programs look: `.local/demo.json`."""

import json
import pathlib
from typing import TypedDict

from infra.local import seed, settings
from portal.config import Config
from portal.stations import domain as stations_domain
from portal.stations import service as stations
from portal.workflow import SYSTEM


class Station(TypedDict):
    """A placard to scan."""

    code: str
    url: str


class Member(TypedDict):
    """A member of staff, with the password of the demo."""

    username: str
    password: str
    role: str
    scope: str


class Helper(TypedDict):
    """A volunteer."""

    name: str
    phone: str


class Demo(TypedDict):
    """The file's content."""

    base_url: str
    stations: list[Station]
    staff: list[Member]
    volunteers: list[Helper]
    outbox_url: str
    engine_url: str
    table_prefix: str


def write(config: Config, data: pathlib.Path) -> Demo:
    """Write the file and answer what is in it."""
    people = seed.read("people")
    known = Demo(
        base_url=config.base_url,
        stations=[Station(code=code, url=f"{config.base_url}/s/{code}") for code in _codes(config.community)],
        staff=[
            Member(username=row["username"], password=people["password"], role=row["roles"][0], scope=row["scope"])
            for row in people["staff"]
        ],
        volunteers=[Helper(name=row["name"], phone=row["phone"]) for row in people["volunteers"]],
        outbox_url=f"{config.base_url}/dev/outbox",
        engine_url=config.engine_url,
        table_prefix=config.table_prefix,
    )
    settings.write_private(data / "demo.json", json.dumps(known, ensure_ascii=False, indent=1) + "\n")
    return known


def _codes(community: str) -> list[str]:
    return [
        placard.code
        for station in stations.list_stations(community=community)
        for placard in stations.list_placards(actor=SYSTEM, community=community, station_id=station.id)
        if placard.state is stations_domain.PlacardState.ACTIVE
    ]
