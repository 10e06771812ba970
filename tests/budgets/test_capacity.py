"""The billing rules against sizes counted by hand."""

import pytest

from tests import capacity

BY_STATE = capacity.Index("state", ("state", "due"), frozenset({"pk", "state", "due", "title"}))
WHOLE = capacity.Index("person", ("person",), None)


def text(**values: str) -> dict[str, dict[str, str]]:
    return {name: {"S": value} for name, value in values.items()}


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": ""}, 0),
        ({"S": "abc"}, 3),
        ({"S": "驿站"}, 6),
        ({"S": "🐝"}, 4),
        ({"N": "0"}, 1),
        ({"N": "7"}, 2),
        ({"N": "100"}, 2),
        ({"N": "-12"}, 3),
        ({"N": "1234567"}, 5),
        ({"N": "12.5"}, 3),
        ({"N": "0.005"}, 2),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"B": b"12345"}, 5),
        ({"SS": ["ab", "驿"]}, 5),
        ({"NS": ["1", "22"]}, 4),
        ({"L": []}, 3),
        ({"L": [{"S": "abc"}, {"N": "7"}]}, 3 + 1 + 3 + 1 + 2),
        ({"M": {"at": {"S": "10"}}}, 3 + 1 + 2 + 2),
    ],
)
def test_a_value_has_the_size_the_guide_gives(value: dict[str, object], size: int) -> None:
    assert capacity.value_size(value) == size


def test_an_item_is_its_names_and_its_values() -> None:
    assert capacity.item_size({"pk": {"S": "R#1"}, "地点": {"S": "门"}, "n": {"N": "3"}}) == (2 + 3) + (6 + 3) + (1 + 2)


def test_a_missing_item_has_no_size() -> None:
    assert capacity.item_size(None) == 0


@pytest.mark.parametrize(("size", "stale", "strong"), [(0, 0.5, 1), (4096, 0.5, 1), (4097, 1, 2), (16_500, 2.5, 5)])
def test_reads_are_billed_per_started_four_kilobytes(size: int, stale: float, strong: float) -> None:
    assert (capacity.read_units(size), capacity.read_units(size, consistent=True)) == (stale, strong)


@pytest.mark.parametrize(("before", "after", "units"), [(0, 0, 1), (0, 1024, 1), (0, 1025, 2), (3000, 10, 3)])
def test_writes_are_billed_per_started_kilobyte_of_the_larger_image(before: int, after: int, units: int) -> None:
    assert capacity.write_units(before, after) == units


def test_an_item_without_the_index_key_costs_the_index_nothing() -> None:
    assert BY_STATE.units(None, text(pk="1", state="open")) == 0


def test_a_new_row_and_a_removed_row_cost_the_index_one_write_each() -> None:
    row = text(pk="1", state="open", due="10")

    assert (BY_STATE.units(None, row), BY_STATE.units(row, text(pk="1"))) == (1, 1)


def test_a_moved_key_costs_the_index_two_writes() -> None:
    assert BY_STATE.units(text(pk="1", state="open", due="1"), text(pk="1", state="done", due="1")) == 2


def test_a_carried_attribute_costs_the_index_one_write_and_another_none() -> None:
    row = text(pk="1", state="open", due="1", title="a", body="b")

    assert BY_STATE.units(row, {**row, **text(title="c")}) == 1
    assert BY_STATE.units(row, {**row, **text(body="c")}) == 0


def test_an_index_that_carries_all_is_billed_by_the_whole_item() -> None:
    assert WHOLE.units(None, text(pk="1", person="a", body="x" * 2100)) == 3


def test_a_table_is_read_from_its_description() -> None:
    description = {
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "state",
                "KeySchema": [{"AttributeName": "state"}, {"AttributeName": "due"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]},
            },
            {
                "IndexName": "person",
                "KeySchema": [{"AttributeName": "person"}],
                "Projection": {"ProjectionType": "ALL"},
            },
        ],
    }

    assert capacity.Table.from_description(description) == capacity.Table(("pk",), (BY_STATE, WHOLE))
