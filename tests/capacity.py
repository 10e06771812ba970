"""What DynamoDB bills: sizes of items and units of reads and writes, by the rules of its developer guide.

Sizes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Item = Mapping[str, Mapping[str, Any]]

_CONTAINER = 3  # bytes a list or map costs, full or empty
_ELEMENT = 1  # and each of its elements


def item_size(item: Item | None) -> int:
    """Bytes of an item: the UTF-8 names of its attributes and their values; a missing item has none."""
    return sum(len(name.encode()) + value_size(value) for name, value in (item or {}).items())


def value_size(value: Mapping[str, Any]) -> int:
    """Bytes of one typed value, such as `{"S": "驿站"}` (6)."""
    kind, content = next(iter(value.items()))
    sizes: Mapping[str, Callable[[Any], int]] = {
        "S": _text,
        "N": _number,
        "B": len,
        "BOOL": lambda _: 1,
        "NULL": lambda _: 1,
        "SS": lambda texts: sum(_text(each) for each in texts),
        "NS": lambda numbers: sum(_number(each) for each in numbers),
        "BS": lambda parts: sum(len(each) for each in parts),
        "L": lambda values: _CONTAINER + sum(_ELEMENT + value_size(each) for each in values),
        "M": lambda values: _CONTAINER + item_size(values) + _ELEMENT * len(values),
    }
    return sizes[kind](content)


def _text(text: str) -> int:
    return len(text.encode())


def _number(text: str) -> int:
    """About one byte for two significant digits, one more, and one for a minus sign."""
    mantissa = text.lstrip("+-").lower().partition("e")[0]
    digits = mantissa.replace(".", "").lstrip("0")
    if "." not in mantissa or not digits.strip("0"):
        digits = digits.rstrip("0")
    return math.ceil(len(digits) / 2) + 1 + text.startswith("-")


def read_units(size: int, *, consistent: bool = False) -> float:
    """Units of one read of so many bytes: per started 4 KB, half of that when it may be stale, never free."""
    started = max(1, math.ceil(size / 4096))
    return float(started) if consistent else started / 2


def write_units(before: int, after: int) -> int:
    """Units of one write: the larger of both sizes, per started KB; a write of nothing is billed as one."""
    return max(1, math.ceil(max(before, after) / 1024))


@dataclass(frozen=True)
class Index:
    """A secondary index: its key attributes, and what it carries (None: everything)."""

    name: str
    keys: tuple[str, ...]
    carried: frozenset[str] | None

    def entry(self, item: Item | None) -> dict[str, Any] | None:
        """The row of this index for an item, None where the item has no such key: the index is sparse."""
        if not item or any(key not in item for key in self.keys):
            return None
        return {name: value for name, value in item.items() if self.carried is None or name in self.carried}

    def units(self, before: Item | None, after: Item | None) -> int:
        """Write units the index costs when an item changes: a moved key is a removal and an insertion."""
        old, new = self.entry(before), self.entry(after)
        if old == new:
            return 0
        if old and new and all(old[key] == new[key] for key in self.keys):
            return write_units(item_size(old), item_size(new))
        return sum(write_units(item_size(row), 0) for row in (old, new) if row)


@dataclass(frozen=True)
class Table:
    """The keys and indexes of one table."""

    keys: tuple[str, ...]
    indexes: tuple[Index, ...]

    @classmethod
    def from_description(cls, description: Mapping[str, Any]) -> "Table":
        """Read what DescribeTable answers."""
        keys = _names(description["KeySchema"])
        found = description.get("GlobalSecondaryIndexes", []) + description.get("LocalSecondaryIndexes", [])
        return cls(keys, tuple(_index(each, keys) for each in found))


def _names(schema: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in schema)


def _index(description: Mapping[str, Any], table_keys: tuple[str, ...]) -> Index:
    keys = _names(description["KeySchema"])
    projection = description["Projection"]
    everything = projection["ProjectionType"] == "ALL"
    carried = frozenset((*table_keys, *keys, *projection.get("NonKeyAttributes", [])))
    return Index(description["IndexName"], keys, None if everything else carried)
