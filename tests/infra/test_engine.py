import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Any

import pytest

from infra.local import engine, tables

SCHEMA: dict[str, Any] = {
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
ITEM = {"pk": {"S": "a"}, "photo": {"B": b"\x00\xff"}, "points": {"N": "12345678901234567890"}}


def dynamodb(running: engine.Engine) -> Any:
    return tables.client("dynamodb", engine_url=running.url, region="us-east-1")


def wait_for(path: pathlib.Path, text: bytes) -> None:
    deadline = time.monotonic() + 20
    while not (path.exists() and text in path.read_bytes()):
        assert time.monotonic() < deadline, f"{path} never held {text!r}"
        time.sleep(0.05)


def test_it_listens_on_this_machine_only(running_engine: engine.Engine) -> None:
    listening = pathlib.Path("/proc/net/tcp").read_text(encoding="ascii")
    port = f"{running_engine.port:04X}"
    hosts = {line.split()[1].split(":")[0] for line in listening.splitlines()[1:] if line.split()[1].endswith(port)}
    assert hosts == {"0100007F"}


def test_a_reset_forgets_every_table(running_engine: engine.Engine) -> None:
    dynamodb(running_engine).create_table(TableName="things", **SCHEMA)
    running_engine.reset()
    assert dynamodb(running_engine).list_tables()["TableNames"] == []


def test_a_clean_stop_keeps_the_data(tmp_path: pathlib.Path) -> None:
    with engine.Engine(engine.free_port(), tmp_path) as first:
        dynamodb(first).create_table(TableName="things", **SCHEMA)
        dynamodb(first).put_item(TableName="things", Item=ITEM)
    with engine.Engine(engine.free_port(), tmp_path) as second:
        assert dynamodb(second).get_item(TableName="things", Key={"pk": {"S": "a"}})["Item"] == ITEM


@pytest.mark.slow
def test_a_kill_loses_only_what_autosave_had_not_written(tmp_path: pathlib.Path) -> None:
    first = engine.Engine(engine.free_port(), tmp_path)
    first.start()
    first.wait_ready()
    dynamodb(first).create_table(TableName="things", **SCHEMA)
    dynamodb(first).put_item(TableName="things", Item=ITEM)
    wait_for(tmp_path / "dynamodb.json", b"12345678901234567890")
    first.kill()
    with engine.Engine(engine.free_port(), tmp_path) as second:
        assert dynamodb(second).get_item(TableName="things", Key={"pk": {"S": "a"}})["Item"] == ITEM


@pytest.mark.slow
def test_a_kill_under_writers_cuts_no_transaction_in_half(tmp_path: pathlib.Path) -> None:
    first = engine.Engine(engine.free_port(), tmp_path)
    first.start()
    first.wait_ready()
    dynamodb(first).create_table(TableName="things", **SCHEMA)
    stop = threading.Event()

    def write(storage: Any, number: int) -> None:
        for step in range(100_000):
            if stop.is_set():
                return
            both = [{"pk": {"S": f"{half}#{number}#{step}"}} for half in ("entry", "claim")]
            storage.transact_write_items(TransactItems=[{"Put": {"TableName": "things", "Item": one}} for one in both])

    writers = [threading.Thread(target=write, args=(dynamodb(first), number)) for number in range(3)]
    for writer in writers:
        writer.start()
    wait_for(tmp_path / "dynamodb.json", b"claim#")
    wait_for(tmp_path / "dynamodb.previous", b"claim#")
    stop.set()
    for writer in writers:
        writer.join()
    first.kill()
    with engine.Engine(engine.free_port(), tmp_path) as second:
        pages = dynamodb(second).get_paginator("scan").paginate(TableName="things")
        keys = {item["pk"]["S"].partition("#")[::2] for page in pages for item in page["Items"]}
    claims, entries = ({rest for half, rest in keys if half == kind} for kind in ("claim", "entry"))
    assert claims == entries
    assert len(claims) > 100


def test_a_damaged_snapshot_gives_way_to_the_one_before(tmp_path: pathlib.Path) -> None:
    for key in ("a", "b"):
        with engine.Engine(engine.free_port(), tmp_path) as running:
            if key == "a":
                dynamodb(running).create_table(TableName="things", **SCHEMA)
            dynamodb(running).put_item(TableName="things", Item={"pk": {"S": key}})
    snapshot = tmp_path / "dynamodb.json"
    snapshot.write_bytes(snapshot.read_bytes()[:-20])
    with engine.Engine(engine.free_port(), tmp_path) as running:
        found = dynamodb(running).scan(TableName="things")["Items"]
    assert {"pk": {"S": "a"}} in found
    assert (tmp_path / "dynamodb.broken").exists()


def test_two_engines_cannot_share_a_folder(tmp_path: pathlib.Path) -> None:
    second = engine.Engine(engine.free_port(), tmp_path)
    with (
        engine.Engine(engine.free_port(), tmp_path),
        pytest.raises(engine.FolderInUse, match="already works on"),
        second,
    ):
        pass


def test_a_busy_port_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(engine.EngineError, match=f"^Port {port} on 127.0.0.1 is taken"), engine.Engine(port):
            pass


def test_a_missing_installation_is_said_in_one_line(tmp_path: pathlib.Path) -> None:
    with pytest.raises(engine.EngineError, match="not installed"):
        engine.Engine(engine.free_port(), python=tmp_path / "python").start()


def test_it_ends_when_its_starter_is_killed(tmp_path: pathlib.Path) -> None:
    port = engine.free_port()
    program = (
        "import pathlib, sys, time; from infra.local import engine\n"
        f"running = engine.Engine({port}, pathlib.Path({str(tmp_path)!r}))\n"
        "running.start(); running.wait_ready(); print('up', flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=engine.ROOT)
    assert starter.stdout is not None
    assert starter.stdout.readline() == b"up\n"
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    deadline = time.monotonic() + 20
    while not engine.is_free("127.0.0.1", port):
        assert time.monotonic() < deadline, "the engine outlived its starter"
        time.sleep(0.05)
