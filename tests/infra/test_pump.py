import json
import pathlib
from collections.abc import Callable
from typing import Any

import pytest

from infra.local import engine, notes, pump, tables

TABLE = "trial-reports"


class Listener:
    """Stands for functions.react: notes what arrives, and refuses the references it is told to."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.batches: list[list[str]] = []
        self.refused: set[str] = set()
        self.broken = 0

    def __call__(self, event: dict[str, Any], _context: Any) -> dict[str, Any]:
        if self.broken:
            self.broken -= 1
            raise RuntimeError("no answer")
        failures = []
        self.batches.append([mark(record) for record in event["Records"]])
        for record in event["Records"]:
            if mark(record) in self.refused:
                failures.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
            else:
                self.seen.append(mark(record))
        return {"batchItemFailures": failures}


def mark(record: dict[str, Any]) -> str:
    change = record["dynamodb"]
    before = change.get("OldImage", {}).get("version", {"N": "0"})["N"]
    return f"{change['Keys']['pk']['S']} {before}->{change['NewImage'].get('version', {'N': '-'})['N']}"


@pytest.fixture
def storage(running_engine: engine.Engine) -> Any:
    running_engine.reset()
    tables.create_tables(running_engine.url, "trial", "us-east-1")
    return tables.client("dynamodb", engine_url=running_engine.url, region="us-east-1")


@pytest.fixture
def make(running_engine: engine.Engine, storage: Any, tmp_path: pathlib.Path) -> Callable[[pump.Handler], pump.Pump]:
    """A new pump, as after a start; the deeds and the notes stay."""

    def build(listener: pump.Handler) -> pump.Pump:
        memory = notes.Notes(storage, "trial")
        memory.prepare()
        return pump.Pump(
            dynamodb=storage,
            streams=tables.client("dynamodbstreams", engine_url=running_engine.url, region="us-east-1"),
            tables=[TABLE],
            handler=listener,
            memory=memory,
            parked=tmp_path / "dead-letters.jsonl",
            pause=lambda _seconds: None,
        )

    return build


def put(storage: Any, reference: str, version: int = 1) -> None:
    deed = {"pk": {"S": reference}, "sk": {"S": "REPORT"}, "version": {"N": str(version)}, "history": {"L": []}}
    storage.put_item(TableName=TABLE, Item=deed)


def test_a_change_reaches_the_function_once_with_both_images(storage: Any, make: Any) -> None:
    listener = Listener()
    running = make(listener)
    put(storage, "R#A")
    put(storage, "R#A", 2)
    assert running.step() == 2
    assert running.step() == 0
    assert listener.seen == ["R#A 0->1", "R#A 1->2"]


def test_a_failing_record_comes_again_and_those_before_it_do_not(storage: Any, make: Any) -> None:
    listener = Listener()
    listener.refused = {"R#B 0->1"}
    running = make(listener)
    for name in ("R#A", "R#B", "R#C"):
        put(storage, name)
    running.step()
    assert listener.seen.count("R#A 0->1") == 1
    assert listener.batches[1][0] == "R#B 0->1"


def test_poison_is_parked_with_its_pointer_and_the_rest_goes_on(
    storage: Any, make: Any, tmp_path: pathlib.Path
) -> None:
    listener = Listener()
    listener.refused = {"R#B 0->1"}
    running = make(listener)
    for name in ("R#A", "R#B", "R#C"):
        put(storage, name)
    running.step()
    assert "R#C 0->1" in listener.seen
    parked = [json.loads(line) for line in (tmp_path / "dead-letters.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [pointer["keys"]["pk"] for pointer in parked] == [{"S": "R#B"}]


def test_parked_poison_is_tried_again_after_a_restart(storage: Any, make: Any) -> None:
    listener = Listener()
    listener.refused = {"R#B 0->1"}
    put(storage, "R#B")
    make(listener).step()
    mended = Listener()
    assert make(mended).replay() == 1
    assert mended.seen == ["R#B 0->1"]


def test_a_function_that_raises_gets_the_same_batch_again(storage: Any, make: Any) -> None:
    listener = Listener()
    listener.broken = 2
    put(storage, "R#A")
    make(listener).step()
    assert listener.seen == ["R#A 0->1"]


def test_after_a_restart_only_unhandled_versions_are_replayed(storage: Any, make: Any) -> None:
    put(storage, "R#A")
    put(storage, "R#B")
    make(Listener()).step()
    put(storage, "R#B", 3)
    listener = Listener()
    assert make(listener).replay() == 1
    assert listener.seen == ["R#B 1->3"]


def test_what_was_replayed_is_not_handled_again_from_the_stream(storage: Any, make: Any) -> None:
    put(storage, "R#A")
    listener = Listener()
    running = make(listener)
    running.replay()
    running.step()
    assert listener.seen == ["R#A 0->1"]


def test_items_that_are_no_deeds_pass_through_without_a_note(storage: Any, make: Any) -> None:
    storage.put_item(TableName=TABLE, Item={"pk": {"S": "R#A"}, "sk": {"S": "HISTORY#0001"}})
    listener = Listener()
    running = make(listener)
    running.step()
    assert listener.seen == ["R#A 0->-"]
    assert make(Listener()).replay() == 0


def test_a_removed_item_does_not_stop_the_pump(storage: Any, make: Any) -> None:
    put(storage, "R#A")
    storage.delete_item(TableName=TABLE, Key={"pk": {"S": "R#A"}, "sk": {"S": "REPORT"}})
    running = make(lambda _event, _context: {"batchItemFailures": []})
    assert running.step() == 2
