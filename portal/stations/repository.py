"""Questions about stations and placards, and writes of them, in domain terms."""

from datetime import datetime

from pynamodb.expressions.update import Action

from portal import db
from portal.errors import NotFound
from portal.stations import domain
from portal.stations.models import STATION, PlacardItem, StationItem, placard_key, station_sk, stations_pk

_ACTIVE = domain.PlacardState.ACTIVE.value


def get_station(*, community: str, station_id: str) -> domain.Station:
    """Return a station. Raises NotFound."""
    try:
        with db.errors():
            key = stations_pk(community), station_sk(station_id)
            return StationItem.get(*key, consistent_read=True).to_domain()
    except StationItem.DoesNotExist:
        raise NotFound from None


def list_stations(*, community: str) -> list[domain.Station]:
    """Return a community's stations; there are a handful."""
    with db.errors():
        rows = StationItem.query(stations_pk(community), StationItem.sk.startswith(STATION))
        return [item.to_domain() for item in rows]


def get_placard(*, code: str) -> domain.Placard:
    """Return a placard, in use or not, in one read. Raises NotFound."""
    try:
        with db.errors():
            return PlacardItem.get(*placard_key(code)).to_domain()
    except PlacardItem.DoesNotExist:
        raise NotFound from None


def list_placards(*, codes: tuple[str, ...]) -> list[domain.Placard]:
    """Return the placards of some codes, newest first."""
    with db.errors():
        rows = PlacardItem.batch_get([placard_key(code) for code in codes], consistent_read=True)
        found = [item.to_domain() for item in rows]
    return sorted(found, key=lambda placard: (placard.issued_at, placard.code), reverse=True)


def add_station(*, station: domain.Station) -> None:
    """Store a new station. Raises Conflict when its id is taken."""
    db.create(StationItem.of(station))


def save_facts(*, station: domain.Station, was: int, placards: list[domain.Placard]) -> None:
    """Store a station's new facts, on its placards in use too. Raises Conflict unless its version still is `was`."""
    work = db.Transaction()
    work.put(StationItem.of(station), StationItem.version == was, "station")
    for placard in placards:
        actions: list[Action] = [
            PlacardItem.station_name.set(station.facts.name),
            PlacardItem.place.set(station.facts.place),
            PlacardItem.area.set(station.facts.area),
        ]
        work.update(PlacardItem(*placard_key(placard.code)), actions, PlacardItem.pk.exists(), placard.code)
    work.commit()


def add_placard(*, station: domain.Station, placard: domain.Placard, replaces: domain.Placard | None = None) -> None:
    """Store a new placard and take the one it replaces out of use, together. Raises AlreadyRevoked, Conflict.

    The station's version is asked too: two people who issue at the same moment make one placard, not two.
    """
    work = db.Transaction()
    item = StationItem(stations_pk(station.community), station_sk(station.id))
    actions: list[Action] = [
        StationItem.codes.set(StationItem.codes.append([placard.code])),
        StationItem.version.set(station.version + 1),
    ]
    work.put(PlacardItem.of(placard), PlacardItem.pk.does_not_exist(), "new")
    work.update(item, actions, StationItem.version == station.version, "station")
    if replaces:
        old = PlacardItem(*placard_key(replaces.code))
        gone = PlacardItem.revoking(by=placard.issued_by, at=placard.issued_at, replaced_by=placard.code)
        work.update(old, gone, PlacardItem.state == _ACTIVE, "old")
    try:
        work.commit()
    except db.ConditionFailed as error:
        if "old" in error.failed:
            raise domain.AlreadyRevoked from None
        raise


def revoke_placard(*, code: str, by: str, at: datetime) -> None:
    """Take a code out of use. Raises AlreadyRevoked."""
    try:
        db.update(PlacardItem(*placard_key(code)), PlacardItem.revoking(by=by, at=at), PlacardItem.state == _ACTIVE)
    except db.ConditionFailed:
        raise domain.AlreadyRevoked from None
