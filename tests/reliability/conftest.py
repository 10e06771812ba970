"""Waiting between tries is real but a twentieth as long: faults come by seed, not by time."""

import time

import pytest


@pytest.fixture(autouse=True)
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: real(seconds / 20))
