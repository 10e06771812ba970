"""The meter itself: against hand-computed bills, and against the engine's own figures where those are right.

The engine is wrong about transactions, refused conditions and queries over 4 KB, so those stand on the rules.
"""

from collections.abc import Iterator
from typing import Any

import botocore.exceptions
import pytest

from infra.local import engine, tables
from portal.config import Config
from tests import meter

TABLE = "test-metered"


@pytest.fixture
def dynamodb(config: Config, running_engine: engine.Engine) -> Iterator[Any]:
    """A client of an engine that holds one table with one sparse index, which carries `title`."""
    running_engine.reset()
    client = tables.client("dynamodb", engine_url=config.engine_url, region=config.region)
    client.create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "desk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "desk",
                "KeySchema": [{"AttributeName": "desk", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    yield client
    client.delete_table(TableName=TABLE)


def item(sk: str = "1", **values: str) -> dict[str, dict[str, str]]:
    return {name: {"S": value} for name, value in {"pk": "a", "sk": sk, **values}.items()}


def key(sk: str = "1") -> dict[str, dict[str, str]]:
    return item(sk)


def test_a_put_costs_the_table_and_its_index(dynamodb: Any) -> None:
    with meter.measure() as m:
        dynamodb.put_item(TableName=TABLE, Item=item(body="x" * 1100, desk="d"))

    assert (m.round_trips, m.read_units, m.write_units) == (1, 0, 2 + 1)


def test_a_refused_put_is_billed_by_the_larger_item(dynamodb: Any) -> None:
    dynamodb.put_item(TableName=TABLE, Item=item(body="x" * 2100))

    with meter.measure() as m, pytest.raises(botocore.exceptions.ClientError):
        dynamodb.put_item(TableName=TABLE, Item=item(), ConditionExpression="attribute_not_exists(pk)")

    assert (m.round_trips, m.write_units) == (1, 3)


def test_a_refused_update_is_billed(dynamodb: Any) -> None:
    with meter.measure() as m, pytest.raises(botocore.exceptions.ClientError):
        dynamodb.update_item(
            TableName=TABLE,
            Key=key(),
            UpdateExpression="SET title = :t",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues={":t": {"S": "x"}},
        )

    assert m.write_units == 1


def test_a_malformed_call_is_a_round_trip_but_no_unit(dynamodb: Any) -> None:
    with meter.measure() as m, pytest.raises(botocore.exceptions.ClientError):
        dynamodb.update_item(TableName=TABLE, Key=key(), UpdateExpression="SET title = :missing")

    assert (m.round_trips, m.write_units) == (1, 0)


def test_a_transaction_bills_each_item_twice_and_its_index_once(dynamodb: Any) -> None:
    dynamodb.put_item(TableName=TABLE, Item=item("3", body="x" * 1100))
    writes = [
        {"Put": {"TableName": TABLE, "Item": item("1", desk="d")}},
        {"Put": {"TableName": TABLE, "Item": item("2", body="x" * 1100)}},
        {"ConditionCheck": {"TableName": TABLE, "Key": key("3"), "ConditionExpression": "attribute_exists(pk)"}},
    ]

    with meter.measure() as m:
        dynamodb.transact_write_items(TransactItems=writes)

    assert (m.round_trips, m.write_units) == (1, (2 * 1 + 1) + 2 * 2 + 2 * 2)


def test_a_cancelled_transaction_is_billed(dynamodb: Any) -> None:
    writes = [
        {"Put": {"TableName": TABLE, "Item": item("1")}},
        {"ConditionCheck": {"TableName": TABLE, "Key": key("3"), "ConditionExpression": "attribute_exists(pk)"}},
    ]

    with meter.measure() as m, pytest.raises(botocore.exceptions.ClientError):
        dynamodb.transact_write_items(TransactItems=writes)

    assert m.write_units == 4


def test_a_read_of_nothing_is_billed(dynamodb: Any) -> None:
    with meter.measure() as m:
        dynamodb.get_item(TableName=TABLE, Key=key("none"))
        dynamodb.query(**questions("nobody"))

    assert (m.round_trips, m.read_units) == (2, 1)


def test_a_projection_does_not_make_a_read_cheaper(dynamodb: Any) -> None:
    dynamodb.put_item(TableName=TABLE, Item=item(body="x" * 5000, title="t"))

    with meter.measure() as m:
        dynamodb.get_item(TableName=TABLE, Key=key(), ProjectionExpression="title")

    assert m.read_units == 1


def test_a_filter_does_not_make_a_query_cheaper(dynamodb: Any) -> None:
    for sk in "123":
        dynamodb.put_item(TableName=TABLE, Item=item(sk, body="x" * 4000))
    narrow = questions("a", FilterExpression="#t = :t", ExpressionAttributeNames={"#t": "title"})
    narrow["ExpressionAttributeValues"][":t"] = {"S": "none"}

    with meter.measure() as m:
        dynamodb.query(**narrow)

    assert (m.round_trips, m.read_units) == (1, 1.5)


def test_a_batch_read_rounds_for_each_item(dynamodb: Any) -> None:
    dynamodb.put_item(TableName=TABLE, Item=item())

    with meter.measure() as m:
        dynamodb.batch_get_item(RequestItems={TABLE: {"Keys": [key("1"), key("2"), key("3")]}})

    assert (m.round_trips, m.read_units) == (1, 1.5)


def test_calls_of_named_features_can_be_left_out(dynamodb: Any) -> None:
    with meter.measure() as m:
        dynamodb.get_item(TableName=TABLE, Key=key())

    assert (m.without("metered").round_trips, m.without("sessions").round_trips) == (0, 1)


def test_the_printed_table_names_the_call_and_the_sum(dynamodb: Any) -> None:
    with meter.measure() as m:
        dynamodb.get_item(TableName=TABLE, Key=key())

    assert [line.split()[0] for line in m.table().splitlines()] == ["call", "GetItem", "sum"]


def questions(pk: str, **more: Any) -> dict[str, Any]:
    return {
        "TableName": TABLE,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": pk}},
        **more,
    }


ENGINE_IS_RIGHT: dict[str, tuple[str, dict[str, Any]]] = {
    "a small put": ("put_item", {"Item": item()}),
    "a put of 1.1 KB with an index row": ("put_item", {"Item": item(body="x" * 1100, desk="d")}),
    "a put over an item whose index key moves": ("put_item", {"Item": item("full", desk="other")}),
    "an update of a carried attribute": (
        "update_item",
        {
            "Key": key("full"),
            "UpdateExpression": "SET title = :t",
            "ExpressionAttributeValues": {":t": {"S": "new"}},
        },
    ),
    "a removed index key": ("update_item", {"Key": key("full"), "UpdateExpression": "REMOVE desk"}),
    "a deletion": ("delete_item", {"Key": key("full")}),
    "a read": ("get_item", {"Key": key("full")}),
    "a consistent read": ("get_item", {"Key": key("full"), "ConsistentRead": True}),
    "a query of one item": ("query", questions("small")),
}


@pytest.mark.parametrize(("call", "arguments"), ENGINE_IS_RIGHT.values(), ids=ENGINE_IS_RIGHT)
def test_the_meter_and_the_engine_agree(dynamodb: Any, call: str, arguments: dict[str, Any]) -> None:
    dynamodb.put_item(TableName=TABLE, Item=item("full", body="x" * 1500, desk="d", title="t"))
    dynamodb.put_item(TableName=TABLE, Item={**item(), "pk": {"S": "small"}})

    with meter.measure() as m:
        answer = getattr(dynamodb, call)(**{"TableName": TABLE, "ReturnConsumedCapacity": "TOTAL", **arguments})

    assert m.read_units + m.write_units == answer["ConsumedCapacity"]["CapacityUnits"]
