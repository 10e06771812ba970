import threading
from typing import Any

import pytest

from infra.local import ticker


def test_waking_it_ticks_again_at_once() -> None:
    stop = threading.Event()
    ticks: list[int] = []
    again = threading.Event()

    def tick(_event: dict[str, Any], _context: Any) -> None:
        ticks.append(1)
        if len(ticks) == 1:
            running.wake()
        else:
            stop.set()
            running.wake()
            again.set()

    running = ticker.Ticker(tick, seconds=60)
    thread = threading.Thread(target=running.run, args=(stop,))
    thread.start()
    assert again.wait(5)
    thread.join(5)
    assert not thread.is_alive()


def test_a_failing_tick_is_told_and_tried_again(capsys: pytest.CaptureFixture[str]) -> None:
    stop = threading.Event()
    ticks: list[int] = []

    def tick(_event: dict[str, Any], _context: Any) -> None:
        ticks.append(1)
        if len(ticks) == 1:
            raise RuntimeError("nothing was due")
        stop.set()

    ticker.Ticker(tick, seconds=0).run(stop)
    assert len(ticks) == 2
    assert "nothing was due" in capsys.readouterr().err
