"""The tree of places by their official codes, and how many members a place needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from portal.errors import N_, Invalid

COMMUNITY_DIGITS = 12


class BadAreaCode(Invalid):
    """A code that no place can have: digits only, 6, 9, 12, 15 or 17 of them."""

    says = N_("区划代码应是6、9、12、15或17位数字。")


class Level(StrEnum):
    """Which step of the tree a place is; the length of its code says so."""

    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"
    MICRO_GRID = "micro_grid"


LEVELS = {6: Level.DISTRICT, 9: Level.STREET, 12: Level.COMMUNITY, 15: Level.GRID, 17: Level.MICRO_GRID}


class EstateType(StrEnum):
    """What kind of homes a place has (NJ-06); empty on an area means it has none, or mixed ones."""

    OLD = "old"
    COMMODITY = "commodity"


@dataclass(frozen=True, kw_only=True)
class Area:
    """A place. `day_overrides` says of single days whether this place, and all within it, works on them."""

    code: str
    name: str
    households: int = 0
    estate_type: EstateType | None = None
    phone: str = ""
    is_sample: bool = False
    small_community: bool = False
    day_overrides: Mapping[date, bool] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Refuse a code that no place can have."""
        level_of(self.code)

    @property
    def level(self) -> Level:
        """Its step of the tree."""
        return level_of(self.code)

    @property
    def parent(self) -> str:
        """The code of the place that holds it; empty for a district."""
        return parent_of(self.code)


@dataclass(frozen=True, kw_only=True)
class Department:
    """A line department that handles cases of an area, such as 市政 of a district. `key` names its desk."""

    area: str
    code: str
    name: str
    phone: str = ""
    is_sample: bool = False

    @property
    def key(self) -> str:
        """The key of its desk: `320105#MUN`."""
        return f"{self.area}#{self.code}"


def level_of(code: str) -> Level:
    """Return the step of the tree a code belongs to. Raises BadAreaCode."""
    if not (code.isascii() and code.isdigit() and len(code) in LEVELS):
        raise BadAreaCode
    return LEVELS[len(code)]


def parent_of(code: str) -> str:
    """Return the code of the place that holds this one; empty for a district. Raises BadAreaCode."""
    level_of(code)
    return code[: max((length for length in LEVELS if length < len(code)), default=0)]


def lineage_of(code: str) -> list[str]:
    """Return the codes from the district down to this place. Raises BadAreaCode."""
    level_of(code)
    return [code[:length] for length in LEVELS if length <= len(code)]


def community_of(code: str) -> str:
    """Return the community a community, grid or micro-grid lies in. Raises BadAreaCode above a community."""
    level_of(code)
    if len(code) < COMMUNITY_DIGITS:
        raise BadAreaCode
    return code[:COMMUNITY_DIGITS]


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The default numbers of this feature, from `rules.toml`. `hours` are (start, end) in minutes of the day."""

    version: str
    hours: tuple[tuple[int, int], ...]
    households_per_member: Mapping[EstateType, int]
    micro_grid_households: tuple[int, int]


def required_members(*, area: Area, rules: Rules) -> int:
    """Return how many micro-grid members a place needs, rounded up; 0 where it has no estate type (NJ-06)."""
    return -(-area.households // rules.households_per_member[area.estate_type]) if area.estate_type else 0
