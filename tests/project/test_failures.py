"""What the event functions leave in the log when something breaks: its name and place, never its words."""

import traceback
from typing import Any

import pytest

from functions import react, tick
from portal import clock, events
from portal.workflow import SYSTEM
from tests.base.test_storage import Deed

PHONE = "13812345678"


def broken(*_: Any, **__: Any) -> int:
    raise ValueError(PHONE)


def record() -> dict[str, Any]:
    line = events.entry(seq=1, type="thing.broke", actor=SYSTEM, at=clock.now())
    item = Deed("R#1", "REPORT", state="open", version=1, history=[line]).serialize()
    return {"eventID": "1", "dynamodb": {"NewImage": item, "SequenceNumber": "7"}}


def test_a_batch_of_one_that_fails_comes_again_and_tells_no_words(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(react, "LISTENERS", ({"thing.broke": broken},))

    answer = react.handler({"Records": [record()]}, None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "7"}]}
    assert "failed thing.broke R#1#1: ValueError" in caplog.text
    assert "in broken" in caplog.text
    assert PHONE not in caplog.text


def test_a_tick_that_fails_names_the_work_and_does_the_rest(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []
    monkeypatch.setattr(tick, "DUE", {"records": broken, "notices": lambda **_: done.append("sent")})

    with pytest.raises(tick.Unsettled) as raised:
        tick.handler({}, None)

    assert done == ["sent"]
    assert "records" in str(raised.value)
    assert PHONE not in "".join(traceback.format_exception(raised.value)) + caplog.text
