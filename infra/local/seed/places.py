"""The demo's places, departments, stations and placards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.areas import domain as areas_domain
from portal.areas import service as areas
from portal.stations import domain as stations_domain
from portal.stations import service as stations
from portal.workflow import Actor, Role

COMMUNITY = "320105902901"
KEEPER = Actor(id="staff:keeper", roles=frozenset({Role.STATION_KEEPER}), scope=COMMUNITY)


@dataclass(frozen=True)
class Stop:
    """A station of the demo, with the code of its poster."""

    id: str
    name: str
    grid: str
    place: str
    placard: str


def tell(data: dict[str, Any]) -> None:
    """Add the tree of places and the departments."""
    for row in data["areas"]:
        micro_grids = row.pop("micro_grids", [])
        estate = areas_domain.EstateType(row.pop("estate_type")) if "estate_type" in row else None
        areas.add_area(area=areas_domain.Area(**row, estate_type=estate))
        for number, households in enumerate(micro_grids, 1):
            areas.add_area(
                area=areas_domain.Area(
                    code=f"{row['code']}{number:02d}",
                    name=f"{row['name'].removesuffix('网格')}第{number}微网格",
                    households=households,
                    estate_type=estate,
                    is_sample=True,
                )
            )
    for row in data["departments"]:
        areas.add_department(department=areas_domain.Department(**row))


def tell_stations(data: dict[str, Any], *, now: datetime) -> list[Stop]:
    """Open the stations and give each a poster and a sheet of stickers."""
    return [_station(row, now) for row in data["stations"]]


def _station(row: dict[str, Any], now: datetime) -> Stop:
    draft = stations_domain.StationDraft(
        name=row["name"],
        area=f"{COMMUNITY}{row['grid']:03d}",
        place=row["place"],
        phone="025-00000901",
        opens=row["opens"],
        closes=row["closes"],
        facilities=frozenset(stations_domain.Facility(name) for name in row["facilities"]),
        groups=frozenset(stations_domain.Group(name) for name in row["groups"]),
        is_sample=True,
    )
    station = stations.add_station(actor=KEEPER, draft=draft)
    series = stations_domain.Series
    poster, _ = (
        stations.issue_placard(actor=KEEPER, community=COMMUNITY, station_id=station.id, series=each, now=now)
        for each in (series.POSTER, series.STICKER)
    )
    return Stop(id=station.id, name=draft.name, grid=draft.area, place=draft.place, placard=poster.code)
