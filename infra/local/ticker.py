"""What the five-minute schedule does in the cloud: call `functions.tick`, here more often, so that a demo moves on."""

import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any

SECONDS = 5.0


class Ticker:
    """Calls the handler every few seconds, and at once when `wake` is called (the demo's clock was moved)."""

    def __init__(self, handler: Callable[[dict[str, Any], Any], object], seconds: float = SECONDS) -> None:
        self._handler = handler
        self._seconds = seconds
        self._woken = threading.Event()

    def wake(self) -> None:
        """Tick now instead of at the end of the pause."""
        self._woken.set()

    def run(self, stop: threading.Event) -> None:
        """Tick until told to stop; a failing tick is reported and the next one tries again."""
        while not stop.is_set():
            self._woken.clear()
            try:
                self._handler({}, None)
            except Exception:  # noqa: BLE001 - as on a schedule: the next tick tries again
                traceback.print_exc(file=sys.stderr)
            self._woken.wait(self._seconds)
