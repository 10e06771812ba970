"""What the runner must remember, kept in the engine itself, so that every snapshot holds it beside the data."""

import json
from collections.abc import Mapping
from typing import Any

_BATCH = 25


class Notes:
    """Named JSON values in a table of the runner's own, which no function knows."""

    def __init__(self, dynamodb: Any, prefix: str) -> None:
        self._dynamodb = dynamodb
        self._table = f"{prefix}-runner"

    def prepare(self) -> None:
        """Create the table when it is missing."""
        try:
            self._dynamodb.create_table(
                TableName=self._table,
                AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                BillingMode="PAY_PER_REQUEST",
            )
        except self._dynamodb.exceptions.ResourceInUseException:
            return

    def get(self, name: str, default: Any = None) -> Any:
        """The value noted under a name, or the default."""
        item = self._dynamodb.get_item(TableName=self._table, Key={"pk": {"S": name}}).get("Item")
        return json.loads(item["value"]["S"]) if item else default

    def put(self, values: Mapping[str, Any]) -> None:
        """Note values under their names."""
        writes = [
            {"PutRequest": {"Item": {"pk": {"S": name}, "value": {"S": json.dumps(value, ensure_ascii=False)}}}}
            for name, value in values.items()
        ]
        for first in range(0, len(writes), _BATCH):
            self._dynamodb.batch_write_item(RequestItems={self._table: writes[first : first + _BATCH]})

    def starting_with(self, prefix: str) -> dict[str, Any]:
        """All values whose name begins so; the name without the beginning is the key."""
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._table)
        return {
            item["pk"]["S"].removeprefix(prefix): json.loads(item["value"]["S"])
            for page in pages
            for item in page["Items"]
            if item["pk"]["S"].startswith(prefix)
        }
