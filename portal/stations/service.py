"""Use cases of stations and their placards."""

import time
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from portal import ids
from portal.areas import domain as area_domain
from portal.areas import service as areas
from portal.errors import N_, Invalid, NotFound, Refused
from portal.stations import domain, repository
from portal.workflow import Actor, Role

CHANGERS = (Role.COMMUNITY_ADMIN, Role.STATION_KEEPER, Role.SYSTEM)
_REMEMBERED_SECONDS = 60
"""How long another process may still show a placard as it was before it was revoked."""


class NotYours(Refused):
    """Only community admins and station keepers change stations."""

    says = N_("只有社区管理员和站点管理员可以修改站点。")


def find_placard(*, code: str) -> domain.Placard | None:
    """Return the placard of a code as typed or scanned, in use or revoked; None when nobody issued it.

    One read, and none when this process saw it within the last minute.
    """
    known = domain.read_code(code)
    try:
        return _remembered(known, int(time.monotonic() // _REMEMBERED_SECONDS)) if known else None
    except NotFound:
        return None


def get_station(*, actor: Actor, community: str, station_id: str) -> domain.Station:
    """Return a station. Raises NotFound, also outside the actor's scope."""
    if domain.community_of(station_id) != community:
        raise NotFound
    station = repository.get_station(community=community, station_id=station_id)
    if not _covers(actor, station.facts.area):
        raise NotFound
    return station


def list_stations(*, community: str) -> list[domain.Station]:
    """Return a community's stations."""
    return repository.list_stations(community=community)


def list_stations_for(*, actor: Actor, community: str) -> list[domain.Station]:
    """Return those of a community's stations that lie in the actor's scope."""
    return [each for each in list_stations(community=community) if _covers(actor, each.facts.area)]


def list_placards(*, actor: Actor, community: str, station_id: str) -> list[domain.Placard]:
    """Return a station's placards, newest first, revoked ones included. Raises NotFound."""
    station = get_station(actor=actor, community=community, station_id=station_id)
    return repository.list_placards(codes=station.codes)


def get_placard(*, actor: Actor, community: str, station_id: str, code: str) -> domain.Placard:
    """Return a station's placard. Raises NotFound for another station's code."""
    station = get_station(actor=actor, community=community, station_id=station_id)
    if code not in station.codes:
        raise NotFound
    return repository.list_placards(codes=(code,))[0]


def add_station(*, actor: Actor, draft: domain.StationDraft) -> domain.Station:
    """Open a station. Raises NotYours, Invalid (the grid is unknown, outside the scope, or no grid)."""
    _require_changer(actor)
    _require_grid(actor, draft.area)
    community = area_domain.community_of(draft.area)
    station = domain.Station(id=f"{community}-{ids.new_code(4)}", community=community, facts=draft)
    repository.add_station(station=station)
    return station


def save_station(
    *, actor: Actor, community: str, station_id: str, draft: domain.StationDraft, version: int
) -> domain.Station:
    """Store new facts of a station, on its placards too. Raises NotFound, NotYours, Invalid, Conflict (stale page)."""
    station = get_station(actor=actor, community=community, station_id=station_id)
    _require_changer(actor)
    _require_grid(actor, draft.area)
    if area_domain.community_of(draft.area) != station.community:
        raise _unknown_grid()
    changed = replace(station, facts=replace(draft, is_sample=station.facts.is_sample), version=version + 1)
    active = [placard for placard in repository.list_placards(codes=station.codes) if placard.is_active]
    repository.save_facts(station=changed, was=version, placards=active)
    forget()
    return changed


def issue_placard(
    *, actor: Actor, community: str, station_id: str, series: domain.Series, now: datetime
) -> domain.Placard:
    """Give a station a placard of a series it has none of in use. Raises NotFound, NotYours, SeriesInUse, Conflict."""
    station = get_station(actor=actor, community=community, station_id=station_id)
    _require_changer(actor)
    placards = repository.list_placards(codes=station.codes)
    if any(placard.is_active and placard.series is series for placard in placards):
        raise domain.SeriesInUse
    placard = _new_placard(actor, station, series, now)
    repository.add_placard(station=station, placard=placard)
    forget()
    return placard


def replace_placard(*, actor: Actor, community: str, station_id: str, code: str, now: datetime) -> domain.Placard:
    """Issue a new code of the same series and revoke the old one in one transaction; return the new placard.

    Raises NotFound, NotYours, AlreadyRevoked, Conflict.
    """
    old = get_placard(actor=actor, community=community, station_id=station_id, code=code)
    _require_changer(actor)
    if not old.is_active:
        raise domain.AlreadyRevoked
    station = get_station(actor=actor, community=community, station_id=station_id)
    placard = _new_placard(actor, station, old.series, now)
    repository.add_placard(station=station, placard=placard, replaces=old)
    forget()
    return placard


def revoke_placard(*, actor: Actor, community: str, station_id: str, code: str, now: datetime) -> None:
    """Take a placard out of use without a new one. Raises NotFound, NotYours, AlreadyRevoked."""
    get_placard(actor=actor, community=community, station_id=station_id, code=code)
    _require_changer(actor)
    repository.revoke_placard(code=code, by=actor.id, at=now)
    forget()


def forget() -> None:
    """Drop what this process remembers of placards."""
    _remembered.cache_clear()


@lru_cache(maxsize=1024)
def _remembered(code: str, _window: int) -> domain.Placard:
    return repository.get_placard(code=code)  # NotFound is not remembered: a code may be issued the next moment


def _new_placard(actor: Actor, station: domain.Station, series: domain.Series, now: datetime) -> domain.Placard:
    community = areas.get_area(code=station.community)
    return domain.Placard(
        code=ids.new_code(domain.CODE_LENGTH),
        series=series,
        state=domain.PlacardState.ACTIVE,
        station_id=station.id,
        station_name=station.facts.name,
        place=station.facts.place,
        area=station.facts.area,
        community=station.community,
        community_name=community.name,
        community_phone=community.phone,
        issued_at=now,
        issued_by=actor.id,
    )


def _covers(actor: Actor, area: str) -> bool:
    return actor.has(Role.SYSTEM) or actor.covers(area)


def _require_changer(actor: Actor) -> None:
    if not actor.has(*CHANGERS):
        raise NotYours


def _require_grid(actor: Actor, code: str) -> None:
    try:
        area = areas.get_area(code=code)
    except NotFound:
        raise _unknown_grid() from None
    if area.level is not area_domain.Level.GRID or not _covers(actor, code):
        raise _unknown_grid()


def _unknown_grid() -> Invalid:
    return Invalid(fields={"area": N_("请从列出的网格里选一个")})
