"""The whole system as `make run` starts it, once a session, and a real browser to use it with."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from infra.local import engine
from tests.journeys import browser as chrome
from tests.journeys.pages import Guide

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 240

Visitor = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The demo, served under the roles of infra/functions.yaml; what its demo.json says of it.

    RUNNING_DEMO=path/demo.json uses one that runs already.
    """
    if "RUNNING_DEMO" in os.environ:
        yield json.loads(Path(os.environ["RUNNING_DEMO"]).read_text(encoding="utf-8"))
        return
    data = tmp_path_factory.mktemp("demo")
    port = engine.free_port()
    known = data / "demo.json"
    settings = {name: value for name, value in os.environ.items() if not name.startswith("YIZHAN_")}
    with (data / "log").open("wb") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.guarded"],
            cwd=ROOT,
            env={**settings, "PORT": str(port), "DATA": str(data)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(running, known, data / "log")
            yield json.loads(known.read_text(encoding="utf-8"))
            assert not (data / "dead-letters.jsonl").exists(), "every event found its reaction, within its rights"
        finally:
            running.terminate()
            running.wait(timeout=60)


def _wait(running: subprocess.Popen[bytes], known: Path, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while not known.exists() and running.poll() is None and time.monotonic() < until:
        time.sleep(0.2)
    if not known.exists():
        pytest.fail(f"the demo did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")


@pytest.fixture(scope="session")
def guide(demo: dict[str, Any]) -> Guide:
    """Who finds the way to every page."""
    return Guide(demo)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, started once; without it or a Chinese font these tests are skipped, and say so."""
    found = chrome.chromium()
    if not found:
        pytest.skip("no Chromium with a Chinese font: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=found, headless=True, args=chrome.FLAGS)
        yield started
        started.close()


@pytest.fixture
def visitor(chromium: Browser, demo: dict[str, Any]) -> Iterator[Visitor]:
    """A maker of people, each with a browser of their own; all leave when the test ends."""
    with ExitStack() as stack:

        def make(**options: Any) -> BrowserContext:
            entering: AbstractContextManager[BrowserContext] = chrome.visitor(chromium, demo["base_url"], **options)
            return stack.enter_context(entering)

        yield make
