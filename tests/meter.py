"""Counts round trips to DynamoDB and computes what AWS would bill, since no local engine bills right.

    with meter.measure() as m:
        service.submit_report(draft=draft, now=now)
    assert (m.round_trips, m.write_units) == (2, 4)
    print(m.table())

It wraps botocore's one door and looks at each item before and after a write with reads of its own, which it does not
count. Failed conditions are billed as the write would have been; control calls (DescribeTable) are free.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import botocore.client
import botocore.exceptions

from tests import capacity

Ask = Callable[[str, dict[str, Any]], dict[str, Any]]

_TRANSACTION = 2  # a transactional read or write of the base table is billed twice, its indexes once
_BILLED_REFUSALS = {"ConditionalCheckFailedException", "TransactionCanceledException"}
_CLIENT: Any = botocore.client.BaseClient  # its stubs do not know the one door all calls pass
looking: ContextVar[bool] = ContextVar("looking", default=False)
"""Whether this very call is one of the meter's own reads, which no policy judges."""
_tables: dict[tuple[str, str], capacity.Table] = {}


@dataclass(frozen=True)
class Call:
    """One request to DynamoDB."""

    operation: str
    tables: tuple[str, ...]
    round_trips: int
    read_units: float
    write_units: int


@dataclass
class Measurement:
    """What happened while it was measured."""

    calls: list[Call] = field(default_factory=list)

    @property
    def round_trips(self) -> int:
        """Requests, botocore's own retries counted."""
        return sum(call.round_trips for call in self.calls)

    @property
    def read_units(self) -> float:
        """Read request units."""
        return sum(call.read_units for call in self.calls)

    @property
    def write_units(self) -> int:
        """Write request units, those of the indexes included."""
        return sum(call.write_units for call in self.calls)

    def without(self, *features: str) -> "Measurement":
        """The same without the calls that touch only these features' tables, such as the session's one read."""
        return Measurement(
            [c for c in self.calls if not all(t.endswith(tuple(f"-{f}" for f in features)) for t in c.tables)]
        )

    def table(self) -> str:
        """One line a call, and the sum."""
        rows = [(c.operation, ", ".join(c.tables), c.round_trips, c.read_units, c.write_units) for c in self.calls]
        rows.append(("sum", "", self.round_trips, self.read_units, self.write_units))
        head = f"{'call':<20} {'tables':<44} {'trips':>5} {'RRU':>6} {'WRU':>4}"
        return "\n".join([head, *(f"{o:<20} {t:<44} {n:>5} {r:>6.1f} {w:>4}" for o, t, n, r, w in rows)])


@contextmanager
def measure() -> Iterator[Measurement]:
    """Measure every DynamoDB call of this process until the block ends."""
    measurement = Measurement()
    original = _CLIENT._make_api_call

    def metered(client: Any, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        def ask(name: str, request: dict[str, Any]) -> dict[str, Any]:
            answer: dict[str, Any] = original(client, name, request)
            return answer

        bill = _BILLS.get(operation) if client.meta.service_model.service_name == "dynamodb" else None
        if bill is None:
            return ask(operation, params)
        return bill(measurement, _Door(ask, client.meta.endpoint_url), operation, params)

    with mock.patch.object(_CLIENT, "_make_api_call", metered):
        yield measurement


@dataclass(frozen=True)
class _Door:
    """The way past the meter."""

    ask: Ask
    endpoint: str

    def describe(self, name: str) -> capacity.Table:
        key = (self.endpoint, name)
        if key not in _tables:
            _tables[key] = capacity.Table.from_description(self.aside("DescribeTable", {"TableName": name})["Table"])
        return _tables[key]

    def look(self, name: str, key: Mapping[str, Any]) -> capacity.Item | None:
        found: capacity.Item | None = self.aside(
            "GetItem", {"TableName": name, "Key": key, "ConsistentRead": True}
        ).get("Item")
        return found

    def aside(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        token = looking.set(True)
        try:
            return self.ask(operation, params)
        finally:
            looking.reset(token)


def _trips(answer: Mapping[str, Any]) -> int:
    return 1 + int(answer.get("ResponseMetadata", {}).get("RetryAttempts", 0))


# Reads


def _get(measurement: Measurement, door: _Door, operation: str, params: dict[str, Any]) -> dict[str, Any]:
    answer = door.ask(operation, params)
    size = capacity.item_size(door.look(params["TableName"], params["Key"]))
    units = capacity.read_units(size, consistent=params.get("ConsistentRead", False))
    measurement.calls.append(Call(operation, (params["TableName"],), _trips(answer), units, 0))
    return answer


def _batch_get(measurement: Measurement, door: _Door, operation: str, params: dict[str, Any]) -> dict[str, Any]:
    answer = door.ask(operation, params)
    units = 0.0
    for name, wanted in params["RequestItems"].items():
        for key in wanted["Keys"]:
            size = capacity.item_size(door.look(name, key))
            units += capacity.read_units(size, consistent=wanted.get("ConsistentRead", False))
    measurement.calls.append(Call(operation, tuple(params["RequestItems"]), _trips(answer), units, 0))
    return answer


def _transact_get(measurement: Measurement, door: _Door, operation: str, params: dict[str, Any]) -> dict[str, Any]:
    answer = door.ask(operation, params)
    gets = [each["Get"] for each in params["TransactItems"]]
    sizes = [capacity.item_size(door.look(get["TableName"], get["Key"])) for get in gets]
    units = sum(_TRANSACTION * capacity.read_units(size, consistent=True) for size in sizes)
    tables = tuple(dict.fromkeys(get["TableName"] for get in gets))
    measurement.calls.append(Call(operation, tables, _trips(answer), units, 0))
    return answer


_NARROWING = ("FilterExpression", "ProjectionExpression", "AttributesToGet", "QueryFilter", "ScanFilter", "Select")


def _query(measurement: Measurement, door: _Door, operation: str, params: dict[str, Any]) -> dict[str, Any]:
    """Bill the rows looked at, whole as the table or index holds them, summed before rounding."""
    answer = door.ask(operation, params)
    looked_at = door.aside(operation, _widened(params)) if any(key in params for key in _NARROWING) else answer
    size = sum(capacity.item_size(row) for row in looked_at["Items"])
    units = capacity.read_units(size, consistent=params.get("ConsistentRead", False))
    measurement.calls.append(Call(operation, (params["TableName"],), _trips(answer), units, 0))
    return answer


def _widened(params: dict[str, Any]) -> dict[str, Any]:
    """The same question without filter and projection, and without the names only those used."""
    wide = {key: value for key, value in params.items() if key not in _NARROWING}
    used = set(re.findall(r"[#:]\w+", wide.get("KeyConditionExpression", "")))
    for names in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        kept = {name: value for name, value in wide.pop(names, {}).items() if name in used}
        if kept:
            wide[names] = kept
    return wide


# Writes


@dataclass(frozen=True)
class _Write:
    """One item's write: what it does, where, and what it asks for."""

    kind: str
    table: str
    request: Mapping[str, Any]

    def key(self, table: capacity.Table) -> dict[str, Any]:
        source = self.request["Item"] if self.kind == "Put" else self.request["Key"]
        return {name: source[name] for name in table.keys}


def _writes(operation: str, params: dict[str, Any]) -> list[_Write]:
    if operation == "TransactWriteItems":
        return [_Write(k, r["TableName"], r) for each in params["TransactItems"] for k, r in each.items()]
    if operation == "BatchWriteItem":
        return [
            _Write(kind.removesuffix("Request"), table, request)
            for table, batch in params["RequestItems"].items()
            for each in batch
            for kind, request in each.items()
        ]
    return [_Write(operation.removesuffix("Item"), params["TableName"], params)]


def _write(measurement: Measurement, door: _Door, operation: str, params: dict[str, Any]) -> dict[str, Any]:
    writes = _writes(operation, params)
    tables = [door.describe(write.table) for write in writes]
    before = [door.look(write.table, write.key(table)) for write, table in zip(writes, tables, strict=True)]
    factor = _TRANSACTION if operation == "TransactWriteItems" else 1
    names = tuple(dict.fromkeys(write.table for write in writes))
    try:
        answer = door.ask(operation, params)
    except botocore.exceptions.ClientError as error:
        refused = error.response["Error"]["Code"] in _BILLED_REFUSALS
        sizes = [capacity.write_units(capacity.item_size(b), _asked(w, b)) for w, b in zip(writes, before, strict=True)]
        measurement.calls.append(Call(operation, names, _trips(error.response), 0, factor * sum(sizes) * refused))
        raise
    units = 0
    for write, table, old in zip(writes, tables, before, strict=True):
        new = door.look(write.table, write.key(table))
        units += factor * capacity.write_units(capacity.item_size(old), capacity.item_size(new))
        units += sum(index.units(old, new) for index in table.indexes)
    measurement.calls.append(Call(operation, names, _trips(answer), 0, units))
    return answer


def _asked(write: _Write, before: capacity.Item | None) -> int:
    """The size a refused write would have left: of an update, at most the old item and every value it names."""
    if write.kind == "Put":
        return capacity.item_size(write.request["Item"])
    if write.kind == "Update":
        return capacity.item_size(before) + capacity.item_size(write.request.get("ExpressionAttributeValues"))
    return 0


_BILLS = {
    "GetItem": _get,
    "BatchGetItem": _batch_get,
    "TransactGetItems": _transact_get,
    "Query": _query,
    "Scan": _query,
    "PutItem": _write,
    "UpdateItem": _write,
    "DeleteItem": _write,
    "BatchWriteItem": _write,
    "TransactWriteItems": _write,
}
