"""A station, what it offers, and the placards that point to it."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.errors import N_, Conflict, NotFound

CODE_LENGTH = 6
_CODE_LETTERS = frozenset("23456789ABCDEFGHJKMNPQRSTUVWXYZ")
_STATION_ID = re.compile(r"[0-9]{12}-[2-9A-Z]{4}")
_PRINTED = ("L", "N", "P", "Zs")


class SeriesInUse(Conflict):
    """The station has a placard of this series already; a second tap on the button must not make a second code."""

    says = N_("这个驿站已经有一个在用的这种站牌。要换新的，请点“作废并换新”。")


class AlreadyRevoked(Conflict):
    """The placard's code is out of use, so it can be neither printed, revoked nor replaced."""

    says = N_("这个站牌编号已经作废，不能再用。请看这个驿站现在的站牌。")


class StationStatus(StrEnum):
    """Whether people may come in now (NJ-01)."""

    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"


class Facility(StrEnum):
    """What a station may offer (domain.md d7)."""

    ROOM = "room"
    TABLES = "tables"
    MICROWAVE = "microwave"
    WATER = "water"
    CLIMATE = "climate"
    FRIDGE = "fridge"
    FIRST_AID = "first_aid"
    CHARGING = "charging"
    WIFI = "wifi"
    TOILET = "toilet"
    UMBRELLAS = "umbrellas"
    TOOLS = "tools"
    BOOKS = "books"
    AED = "aed"
    BABY_ROOM = "baby_room"


class Group(StrEnum):
    """Whom a station serves in particular; everyone is welcome."""

    SANITATION = "sanitation"
    COURIERS = "couriers"
    RIDERS = "riders"
    DRIVERS = "drivers"
    OUTDOOR = "outdoor"
    ELDERLY = "elderly"
    CHILDREN = "children"
    RESIDENTS = "residents"


class Series(StrEnum):
    """How a placard is printed. Each printing has a code of its own, so that one can be replaced alone."""

    POSTER = "poster"
    STICKER = "sticker"


class PlacardState(StrEnum):
    """Whether a code is in use."""

    ACTIVE = "active"
    REVOKED = "revoked"


STATUS_WORDS: Mapping[StationStatus, str] = {
    StationStatus.OPEN: N_("开放"),
    StationStatus.FULL: N_("已满"),
    StationStatus.CLOSED: N_("关闭"),
}
FACILITY_WORDS: Mapping[Facility, str] = {
    Facility.ROOM: N_("休息间"),
    Facility.TABLES: N_("桌椅"),
    Facility.MICROWAVE: N_("微波炉"),
    Facility.WATER: N_("饮水机"),
    Facility.CLIMATE: N_("冷暖空调"),
    Facility.FRIDGE: N_("冰箱"),
    Facility.FIRST_AID: N_("急救药箱"),
    Facility.CHARGING: N_("手机充电"),
    Facility.WIFI: N_("无线网络"),
    Facility.TOILET: N_("卫生间"),
    Facility.UMBRELLAS: N_("雨伞"),
    Facility.TOOLS: N_("维修工具"),
    Facility.BOOKS: N_("图书"),
    Facility.AED: N_("AED除颤仪"),
    Facility.BABY_ROOM: N_("母婴室"),
}
GROUP_WORDS: Mapping[Group, str] = {
    Group.SANITATION: N_("环卫工人"),
    Group.COURIERS: N_("快递员"),
    Group.RIDERS: N_("外卖骑手"),
    Group.DRIVERS: N_("司机"),
    Group.OUTDOOR: N_("其他户外劳动者"),
    Group.ELDERLY: N_("老年人"),
    Group.CHILDREN: N_("儿童"),
    Group.RESIDENTS: N_("居民"),
}
SERIES_WORDS: Mapping[Series, str] = {Series.POSTER: N_("A4海报"), Series.STICKER: N_("贴纸（每页12张）")}


@dataclass(frozen=True, kw_only=True)
class StationDraft:
    """What staff say of a station. Opening hours are `HH:MM`, both empty when it is always open."""

    name: str
    area: str
    place: str
    phone: str = ""
    opens: str = ""
    closes: str = ""
    facilities: frozenset[Facility] = frozenset()
    groups: frozenset[Group] = frozenset()
    status: StationStatus = StationStatus.OPEN
    is_sample: bool = False


@dataclass(frozen=True, kw_only=True)
class Placard:
    """One printing of a code. It carries what the report form shows, so that a scan costs one read."""

    code: str
    series: Series
    state: PlacardState
    station_id: str
    station_name: str
    place: str
    area: str
    community: str
    community_name: str
    community_phone: str
    issued_at: datetime
    issued_by: str = ""
    revoked_at: datetime | None = None
    revoked_by: str = ""
    replaced_by: str = ""

    @property
    def is_active(self) -> bool:
        """Whether the code is in use."""
        return self.state is PlacardState.ACTIVE


@dataclass(frozen=True, kw_only=True)
class Station:
    """A service station; `version` counts its changes, `codes` are those of all its placards, old ones first.

    Its id begins with its community's code, so that the link to its page says where it is kept.
    """

    id: str
    community: str
    facts: StationDraft
    codes: tuple[str, ...] = ()
    version: int = 1

    @property
    def name(self) -> str:
        """What it is called."""
        return self.facts.name


def read_code(text: str) -> str:
    """Return a placard's code as it is stored, however it was typed; empty when no placard can have it."""
    code = "".join(text.split()).replace("-", "").upper() if text.isascii() and len(text) < 24 else ""
    return code if len(code) == CODE_LENGTH and set(code) <= _CODE_LETTERS else ""


def placard_url(*, base_url: str, code: str) -> str:
    """Return what a QR says: upper case throughout, since that makes its modules a third bigger (ux.md 5)."""
    return f"{base_url.rstrip('/')}/S/{code}".upper()


def short_url(*, base_url: str, code: str) -> str:
    """Return what a person types: `ls.example.cn/s/K7M2Q4`."""
    return f"{base_url.rstrip('/').partition('://')[2].lower()}/s/{code}"


def can_be_printed(text: str) -> bool:
    """Tell whether a text can stand on a placard: letters that run left to right, digits, punctuation, spaces."""
    return all(
        unicodedata.category(each).startswith(_PRINTED) and unicodedata.bidirectional(each) not in {"R", "AL", "AN"}
        for each in text
    )


def community_of(station_id: str) -> str:
    """Return the community a station's id begins with, `320105902901` of `320105902901-K7M2`. Raises NotFound."""
    if not _STATION_ID.fullmatch(station_id):
        raise NotFound
    return station_id.partition("-")[0]
