"""What Lambda's event source mapping does in the cloud: bring stream records to `functions.react` until handled."""

import json
import pathlib
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import botocore.exceptions

from infra.local import notes

Record = dict[str, Any]
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

BATCH = 25  # as the event source mappings of infra/ ask for
ATTEMPTS = 4
IDLE_SECONDS = 0.25
_HANDLED = "handled#"


class Pump:
    """Reads the streams of all tables that have one, and remembers per deed which version was handled.

    The engine forgets its streams when it stops. The remembered versions lie in the engine beside the deeds, so that
    after any stop, clean or not, `replay` finds exactly the deeds whose last events may not have been handled.
    """

    def __init__(
        self,
        *,
        dynamodb: Any,
        streams: Any,
        tables: Sequence[str],
        handler: Handler,
        memory: notes.Notes,
        parked: pathlib.Path,
        pause: Callable[[float], object],
    ) -> None:
        self._dynamodb = dynamodb
        self._streams = streams
        self._tables = tables
        self._handler = handler
        self._memory = memory
        self._parked = parked
        self._pause = pause
        self._versions: dict[str, int] = memory.starting_with(_HANDLED)
        self._iterators: dict[str, str] = {}
        self._arns = {table: self._stream_arn(table) for table in tables}

    def replay(self) -> int:
        """Handle what was committed and never handled before the last stop; answers how many deeds that were."""
        count = 0
        for table in self._tables:
            records = list(self._behind(table))
            for first in range(0, len(records), BATCH):
                self._handle(table, records[first : first + BATCH])
            count += len(records)
        return count

    def step(self) -> int:
        """Handle the next records of every stream; answers how many there were."""
        return sum(self._read(table) for table in self._tables)

    def drain(self) -> None:
        """Handle everything that is there now."""
        while self.step():
            pass

    def run(self, stop: threading.Event) -> None:
        """Replay, then follow the streams until told to stop."""
        self.replay()
        while not stop.is_set():
            try:
                busy = self.step() > 0
            except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
                busy = False
                print(f"The streams did not answer: {error}", file=sys.stderr, flush=True)
            if not busy:
                stop.wait(IDLE_SECONDS)

    def _behind(self, table: str) -> Iterator[Record]:
        for page in self._dynamodb.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                if "history" not in item or "version" not in item:
                    continue
                seen = self._versions.get(_name(table, item), 0)
                if int(item["version"]["N"]) > seen:
                    yield _missed(self._arns[table], f"replay#{_name(table, item)}", item, seen)

    def _read(self, table: str) -> int:
        iterator = self._iterators.get(table) or self._first_iterator(table)
        answer = self._streams.get_records(ShardIterator=iterator, Limit=BATCH)
        records = [_lambda_shape(self._arns[table], record) for record in answer["Records"]]
        self._handle(table, [record for record in records if not self._is_handled(table, record)])
        self._iterators[table] = answer["NextShardIterator"]
        return len(records)

    def _first_iterator(self, table: str) -> str:
        arn = self._arns[table]
        shard = self._streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]
        iterator: str = self._streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        return iterator

    def _stream_arn(self, table: str) -> str:
        arn: str = self._dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]
        return arn

    def _is_handled(self, table: str, record: Record) -> bool:
        version = _version(record)
        return version > 0 and version <= self._versions.get(_name(table, record["dynamodb"]["NewImage"]), 0)

    def _handle(self, table: str, records: list[Record]) -> None:
        """Hand a batch over; from the first failure on it comes again, and what keeps failing is parked."""
        attempt = 0
        while records:
            attempt += 1
            good = self._try(records)
            self._remember(table, records[:good])
            if good:
                records, attempt = records[good:], 1
            if records and attempt >= ATTEMPTS:
                self._park(records[0])
                records, attempt = records[1:], 0
            elif records:
                self._pause(0.1 * 2**attempt)

    def _try(self, records: list[Record]) -> int:
        """Call the handler once; answers how many records at the batch's beginning need not come again."""
        try:
            answer = self._handler({"Records": records}, None)
        except Exception:  # noqa: BLE001 - whatever a function raises, Lambda sends the whole batch again
            return 0
        failed = {failure["itemIdentifier"] for failure in answer.get("batchItemFailures", [])}
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        return next((place for place, number in enumerate(numbers) if number in failed), len(records))

    def _remember(self, table: str, records: list[Record]) -> None:
        fresh = {
            _name(table, record["dynamodb"]["NewImage"]): _version(record) for record in records if _version(record)
        }
        if fresh:
            self._versions |= fresh
            self._memory.put({_HANDLED + name: version for name, version in fresh.items()})

    def _park(self, record: Record) -> None:
        """Write the record's pointer down, as the dead-letter queue does, and let the rest go on."""
        pointer = {
            "source": record["eventSourceARN"],
            "keys": record["dynamodb"]["Keys"],
            "sequence": record["dynamodb"]["SequenceNumber"],
        }
        with self._parked.open("a", encoding="utf-8") as file:
            file.write(json.dumps(pointer) + "\n")
        print(f"A change of {pointer['source']} could not be handled; see {self._parked}.", file=sys.stderr, flush=True)


def _name(table: str, image: dict[str, Any]) -> str:
    return f"{table}#{image['pk']['S']}#{image['sk']['S']}"


def _version(record: Record) -> int:
    """The deed's version a record brings, or 0 when it brings no deed."""
    image = record["dynamodb"].get("NewImage", {})
    return int(image["version"]["N"]) if "history" in image and "version" in image else 0


def _lambda_shape(arn: str, record: Record) -> Record:
    change = {key: value for key, value in record["dynamodb"].items() if key != "ApproximateCreationDateTime"}
    return {
        "eventID": record["eventID"],
        "eventName": record["eventName"],
        "eventSource": "aws:dynamodb",
        "eventSourceARN": arn,
        "dynamodb": change,
    }


def _missed(arn: str, number: str, item: dict[str, Any], seen: int) -> Record:
    """The record that would bring all of a deed's events after the version that was seen."""
    change = {"Keys": {"pk": item["pk"], "sk": item["sk"]}, "NewImage": item, "SequenceNumber": number}
    if seen:
        change["OldImage"] = item | {"version": {"N": str(seen)}}
    return {
        "eventID": number,
        "eventName": "MODIFY" if seen else "INSERT",
        "eventSource": "aws:dynamodb",
        "eventSourceARN": arn,
        "dynamodb": change,
    }
