import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from infra.local import engine, tables

pytestmark = pytest.mark.slow
COMMAND = [sys.executable, "-m", "infra.local.runner"]


class Run:
    """`make run` on a folder of its own, as a person starts and stops it."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.port = engine.free_port()
        self.output = folder.with_suffix(".txt")

    def launch(self) -> None:
        with self.output.open("w", encoding="utf-8") as output:
            self.process = subprocess.Popen(
                COMMAND,
                cwd=engine.ROOT,
                env={"PORT": str(self.port), "DATA": str(self.folder), "PATH": os.environ["PATH"]},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def start(self) -> None:
        self.launch()
        self.wait(lambda: "Ctrl-C stops" in self.said())

    def wait(self, happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 300
        while not happened():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def cpu_seconds(self) -> float:
        """What the runner itself has worked so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(60)

    def demo(self) -> dict[str, Any]:
        known: dict[str, Any] = json.loads((self.folder / "demo.json").read_text(encoding="utf-8"))
        return known

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
            return str(answer.read().decode())

    def count(self, table: str) -> int:
        settings = (self.folder / "env").read_text(encoding="utf-8")
        url = settings.partition("YIZHAN_ENGINE_URL=")[2].split()[0]
        storage = tables.client("dynamodb", engine_url=url, region="us-east-1")
        return int(storage.scan(TableName=f"yizhan-{table}", Select="COUNT")["Count"])

    def children(self) -> set[str]:
        """The process ids of whoever has our data folder on its command line."""
        listed = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True)
        return {line.split()[0] for line in listed.stdout.splitlines() if str(self.folder / "engine") in line}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A first run, with the demo's data."""
    running = Run(tmp_path_factory.mktemp("run") / "data")
    running.start()
    yield running
    with contextlib.suppress(ProcessLookupError):
        running.stop()


def refused(folder: pathlib.Path, **environ: str) -> str:
    """Start what must not start, and return its one line."""
    done = subprocess.run(
        COMMAND,
        cwd=engine.ROOT,
        env={"PATH": os.environ["PATH"], "DATA": str(folder), **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def test_it_says_what_to_open_and_everything_it_names_answers(run: Run) -> None:
    known = run.demo()
    assert known["base_url"] in run.said()
    assert known["staff"][0]["password"] in run.said()
    for path in ("/healthz", "/staff/sign-in", "/sign-in", "/join", "/dev/role", "/dev/clock", "/dev/outbox"):
        assert run.get(path)
    for station in known["stations"]:
        assert "<form" in run.get(urllib.parse.urlsplit(station["url"]).path)


def test_the_demo_has_everyone_the_journey_needs(run: Run) -> None:
    known = run.demo()
    roles = {one["role"] for one in known["staff"]}
    assert {"dispatcher", "grid_worker", "handler", "verifier", "community_admin", "second_approver"} <= roles
    assert len(known["stations"]) >= 3
    assert len(known["volunteers"]) >= 30
    assert known["table_prefix"] == "yizhan"


def test_the_past_has_become_points_without_a_parked_record(run: Run) -> None:
    assert run.count("points-entries") > 100
    assert not (run.folder / "dead-letters.jsonl").exists()


def test_a_second_start_on_the_same_data_is_refused_in_one_line(run: Run) -> None:
    assert "already works on" in refused(run.folder, PORT=str(engine.free_port()))


def test_a_busy_port_is_refused_in_one_line(run: Run, tmp_path: pathlib.Path) -> None:
    assert f"Port {run.port}" in refused(tmp_path / "other", PORT=str(run.port))


def test_settings_that_make_no_sense_are_refused_in_one_line(tmp_path: pathlib.Path) -> None:
    assert "PORT" in refused(tmp_path, PORT="many")
    assert "ENGINE" in refused(tmp_path, ENGINE="dynamodb-local")


def test_it_stops_by_ctrl_c_though_its_shell_ignored_it(tmp_path: pathlib.Path) -> None:
    running = Run(tmp_path / "data")
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # what a background job inherits
    try:
        running.launch()
    finally:
        signal.signal(signal.SIGINT, before)
    running.wait(lambda: "First run" in running.said())
    assert running.stop(signal.SIGINT) == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_and_the_next_start_is_quick_and_has_the_data(run: Run, how: signal.Signals) -> None:
    before = {table: run.count(table) for table in ("reports", "volunteers", "points-entries", "evaluations")}
    assert run.stop(how) == 0
    assert "Traceback" not in run.said()
    assert run.children() == set()
    run.start()
    assert run.cpu_seconds() < 4  # not by the clock: other programs on this machine must not fail it
    assert {table: run.count(table) for table in before} == before


def test_after_a_kill_nothing_is_left_running_and_the_data_are_there(run: Run) -> None:
    before = run.count("points-entries")
    time.sleep(3)  # the autosave's interval: what is older must survive
    run.stop(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while run.children():
        assert time.monotonic() < deadline, "the engine outlived the runner"
        time.sleep(0.1)
    run.start()
    assert run.count("points-entries") >= before


def test_a_first_run_that_was_cut_off_begins_anew(tmp_path: pathlib.Path) -> None:
    running = Run(tmp_path / "data")
    for _ in range(2):
        running.launch()
        running.wait(lambda: "First run" in running.said())
        running.wait(lambda: running.count("volunteers") > 10)
        assert running.stop(signal.SIGINT) == 0
        assert "Traceback" not in running.said()
    assert running.children() == set()


def test_a_port_is_free_again_after_the_stop(run: Run) -> None:
    run.stop()
    with socket.create_server(("127.0.0.1", run.port)):
        pass
