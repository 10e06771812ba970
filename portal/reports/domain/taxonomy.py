"""What a report may be about: tiles, subcategories, urgencies, and the limits that go with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from portal.errors import N_, Invalid

T = TypeVar("T")

NOT_SURE = "00"
"""The thirteenth tile, 说不准: staff choose the category when they file."""


class UnknownCategory(Invalid):
    """A category, subcategory or urgency that the rules do not know."""

    says = N_("没有这个问题类型，请重新选一项。")


class Flag(StrEnum):
    """What sets a subcategory apart (`domain.md` d1)."""

    CONFIDENTIAL = "confidential"
    SEALED = "sealed"
    ABOVE = "above"
    STAFF = "staff"
    HAZARD = "hazard"
    UNPAID = "unpaid"
    NO_CASE = "no_case"


@dataclass(frozen=True, kw_only=True)
class Named:
    """A thing with a Chinese name, an English identifier, and English words where the identifier is not plain."""

    code: str
    name: str
    id: str
    english: str = ""

    def title(self, language: str = "zh") -> str:
        """Return the name in a reader's language."""
        return self.name if language == "zh" else self.english or self.id.replace("_", " ").capitalize()


@dataclass(frozen=True, kw_only=True)
class Urgency(Named):
    """How soon a report must be filed and signed for; `file` and `sign` are limits such as `4wh`."""

    file: str
    sign: str


@dataclass(frozen=True, kw_only=True)
class Category(Named):
    """One of the tiles; `urgency` is what a report waits under until it is filed."""

    icon: str
    urgency: str


@dataclass(frozen=True, kw_only=True)
class Subcategory(Named):
    """One of the 72 kinds of case; `limit` is the handling limit, `safe` the time until danger is contained."""

    urgency: str
    level: int
    department: str
    limit: str
    source: str
    safe: str = ""
    flags: frozenset[Flag] = frozenset()

    @property
    def category(self) -> str:
        """The tile it belongs to."""
        return self.code[:2]

    def has(self, flag: Flag) -> bool:
        """Tell whether it carries a flag."""
        return flag in self.flags


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The limits that hold for every category; shares in per cent, days and hours by the wall clock.

    The last five are how many tries a window of `window_minutes` allows, or a day.
    """

    dispatch: str
    verify: str
    rework_least: str
    rework_share: int
    sign_share: int
    rating_days: int
    reopen_days: int
    claim_hours: int
    window_minutes: int
    address_reports: int
    placard_reports: int
    address_lookups: int
    tail_tries: int
    tail_tries_a_day: int


@dataclass(frozen=True, kw_only=True)
class Rules:
    """One version of the rule data of reports."""

    version: str
    effective_from: date
    limits: Limits
    urgencies: Mapping[str, Urgency] = field(repr=False)
    categories: Mapping[str, Category] = field(repr=False)
    subcategories: Mapping[str, Subcategory] = field(repr=False)
    reject_reasons: Mapping[str, str] = field(repr=False)
    departments: Mapping[str, str] = field(repr=False)

    @property
    def tiles(self) -> list[Category]:
        """The twelve categories and, last, 说不准."""
        return sorted(self.categories.values(), key=lambda each: (each.code == NOT_SURE, each.code))

    def tiles_from(self, code: str) -> list[Category]:
        """Return the tiles with one of them first: the reporter's own guess."""
        return sorted(self.tiles, key=lambda each: each.code != code)

    def category(self, code: str) -> Category:
        """Return a tile. Raises UnknownCategory."""
        return _known(self.categories, code, "category")

    def subcategory(self, code: str) -> Subcategory:
        """Return a kind of case. Raises UnknownCategory."""
        return _known(self.subcategories, code, "subcategory")

    def urgency(self, code: str) -> Urgency:
        """Return an urgency. Raises UnknownCategory."""
        return _known(self.urgencies, code, "urgency")

    def of_category(self, code: str) -> list[Subcategory]:
        """Return a tile's kinds of case, in order."""
        return [each for each in self.subcategories.values() if each.category == code]

    def title(self, *, category: str, subcategory: str = "", language: str = "zh") -> str:
        """Return what a report is called: its kind of case once filed, its tile until then."""
        known: Named | None = self.subcategories.get(subcategory) or self.categories.get(category)
        return known.title(language) if known else ""


def _known(known: Mapping[str, T], code: str, name: str) -> T:
    if code not in known:
        raise UnknownCategory(fields={name: UnknownCategory.says})
    return known[code]
