"""Stored stations under their community, and placards under their code."""

from datetime import datetime
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.expressions.update import Action

from portal import db
from portal.stations import domain

STATION = "STATION#"


def stations_pk(community: str) -> str:
    """Return `C#320105902901`."""
    return f"C#{community}"


def station_sk(station_id: str) -> str:
    """Return `STATION#320105902901-K7M2`."""
    return f"{STATION}{station_id}"


def placard_key(code: str) -> tuple[str, str]:
    """Return `PLACARD#K7M2Q4` / `PLACARD`."""
    return f"PLACARD#{code}", "PLACARD"


class StationItem(db.KeyedItem):
    """`C#320105902901` / `STATION#320105902901-K7M2`: a station with the codes of all its placards."""

    class Meta(db.Meta):
        table = "stations"

    station = UnicodeAttribute()
    community = UnicodeAttribute()
    name = UnicodeAttribute()
    area = UnicodeAttribute()
    place = UnicodeAttribute()
    phone = UnicodeAttribute(null=True)
    opens = UnicodeAttribute(null=True)
    closes = UnicodeAttribute(null=True)
    facilities = ListAttribute[Any](of=UnicodeAttribute, default=list)
    groups = ListAttribute[Any](of=UnicodeAttribute, default=list)
    status = UnicodeAttribute()
    is_sample = BooleanAttribute(default=False)
    codes = ListAttribute[Any](of=UnicodeAttribute, default=list)
    version = NumberAttribute(default=1)

    @classmethod
    def of(cls, station: domain.Station) -> "StationItem":
        """Return the item of a station."""
        facts = station.facts
        return cls(
            stations_pk(station.community),
            station_sk(station.id),
            station=station.id,
            community=station.community,
            name=facts.name,
            area=facts.area,
            place=facts.place,
            phone=facts.phone or None,
            opens=facts.opens or None,
            closes=facts.closes or None,
            facilities=sorted(facts.facilities),
            groups=sorted(facts.groups),
            status=facts.status.value,
            is_sample=facts.is_sample,
            codes=list(station.codes),
            version=station.version,
        )

    def to_domain(self) -> domain.Station:
        """Return the station."""
        facts = domain.StationDraft(
            name=self.name,
            area=self.area,
            place=self.place,
            phone=self.phone or "",
            opens=self.opens or "",
            closes=self.closes or "",
            facilities=frozenset(domain.Facility(each) for each in self.facilities),
            groups=frozenset(domain.Group(each) for each in self.groups),
            status=domain.StationStatus(self.status),
            is_sample=self.is_sample,
        )
        return domain.Station(
            id=self.station, community=self.community, facts=facts, codes=tuple(self.codes), version=int(self.version)
        )


class PlacardItem(db.KeyedItem):
    """`PLACARD#K7M2Q4` / `PLACARD`: one code, with all that the report form shows, so that a scan is one read."""

    class Meta(db.Meta):
        table = "stations"

    code = UnicodeAttribute()
    series = UnicodeAttribute()
    state = UnicodeAttribute()
    station = UnicodeAttribute()
    station_name = UnicodeAttribute()
    place = UnicodeAttribute()
    area = UnicodeAttribute()
    community = UnicodeAttribute()
    community_name = UnicodeAttribute()
    community_phone = UnicodeAttribute(null=True)
    issued_at = UTCDateTimeAttribute()
    issued_by = UnicodeAttribute(null=True)
    revoked_at = UTCDateTimeAttribute(null=True)
    revoked_by = UnicodeAttribute(null=True)
    replaced_by = UnicodeAttribute(null=True)

    @classmethod
    def of(cls, placard: domain.Placard) -> "PlacardItem":
        """Return the item of a new placard."""
        return cls(
            *placard_key(placard.code),
            code=placard.code,
            series=placard.series.value,
            state=placard.state.value,
            station=placard.station_id,
            station_name=placard.station_name,
            place=placard.place,
            area=placard.area,
            community=placard.community,
            community_name=placard.community_name,
            community_phone=placard.community_phone or None,
            issued_at=placard.issued_at,
            issued_by=placard.issued_by or None,
        )

    def to_domain(self) -> domain.Placard:
        """Return the placard."""
        return domain.Placard(
            code=self.code,
            series=domain.Series(self.series),
            state=domain.PlacardState(self.state),
            station_id=self.station,
            station_name=self.station_name,
            place=self.place,
            area=self.area,
            community=self.community,
            community_name=self.community_name,
            community_phone=self.community_phone or "",
            issued_at=self.issued_at,
            issued_by=self.issued_by or "",
            revoked_at=self.revoked_at,
            revoked_by=self.revoked_by or "",
            replaced_by=self.replaced_by or "",
        )

    @classmethod
    def revoking(cls, *, by: str, at: datetime, replaced_by: str = "") -> list[Action]:
        """Return the update that takes a code out of use."""
        actions: list[Action] = [
            cls.state.set(domain.PlacardState.REVOKED.value),
            cls.revoked_at.set(at),
            cls.revoked_by.set(by),
        ]
        return [*actions, cls.replaced_by.set(replaced_by)] if replaced_by else actions
