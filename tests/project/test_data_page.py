"""docs/data.md tells of every table, index, attribute and reaction there is, and of none that is gone."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from pynamodb.attributes import Attribute

from functions import react
from infra.local import tables
from tests.project.test_layout import ROOT
from tests.project.test_tables import MODELS

PAGE = (ROOT / "docs/data.md").read_text(encoding="utf-8")
DECLARED = {each["TableName"].removeprefix("x-"): each for each in tables.list_tables(prefix="x")}
HEARD = {event for listeners in react.LISTENERS for event in listeners}


def rows(heading: str) -> dict[str, list[str]]:
    """The rows of a part's first table by their first cell."""
    part = PAGE.split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line[:2] == "| "]
    return {first: rest for first, *rest in cells[1:]}


TABLES = rows("Tables")
ITEMS = rows("What each item holds")
EVENTS = rows("Events")


def test_the_page_knows_the_tables_there_are() -> None:
    assert list(TABLES) == list(DECLARED)


@pytest.mark.parametrize("table", DECLARED)
def test_a_tables_row_names_its_indexes_its_stream_and_what_expires(table: str) -> None:
    _, indexes, stream, expiry = TABLES[table]
    declared = DECLARED[table]
    names = re.findall(r"(?:^|; )(\w+): ", indexes)

    assert names == [each["IndexName"] for each in declared.get("GlobalSecondaryIndexes", [])]
    assert bool(stream) == ("StreamSpecification" in declared)
    assert expiry.strip("`") == declared.get("TimeToLiveSpecification", {}).get("AttributeName", "")


def test_every_stored_attribute_is_told() -> None:
    told = set(re.findall(r"\w+", " ".join(cells[1] for cells in ITEMS.values())))

    assert stored() - told == set()
    assert told - stored() - WORDS == set()


WORDS = {"id", "kind", "components", "facts", "score", "counters"}
"""Words that explain an attribute in brackets."""


def stored() -> set[str]:
    """The names of all attributes that are no key of a table or an index."""
    return {each.attr_name for model in MODELS for each in beside_keys(model.get_attributes().values())} - index_keys()


def beside_keys(attributes: Iterable[Attribute[Any]]) -> list[Attribute[Any]]:
    return [each for each in attributes if not (each.is_hash_key or each.is_range_key or each.attr_name == "t")]


def index_keys() -> set[str]:
    indexes = [index for table in DECLARED.values() for index in table.get("GlobalSecondaryIndexes", [])]
    return {key["AttributeName"] for index in indexes for key in index["KeySchema"]} - SHARED


SHARED = {"person", "submitted_at"}
"""Keys of an index that are facts of the item as well."""


def test_every_event_that_somebody_listens_to_is_told() -> None:
    told = {event for row in EVENTS for event in re.findall(r"\w+\.\w+", row)}
    reports = {event for event in HEARD if event.startswith("report.")}

    assert told <= HEARD
    assert HEARD - told <= reports
