"""Faults no local engine shows: lost answers, conflicts, throttling, failures, drawn from a seed at the HTTP border."""

import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ReadTimeoutError

from portal import db

_NAMES = "com.amazonaws.dynamodb.v20120810#"
CONFLICT = "TransactionConflict"
IN_PROGRESS = "TransactionInProgressException"
THROTTLE = "ProvisionedThroughputExceededException"
FAILURE = "InternalServerError"
LOST = "lost answer"
ALL = (CONFLICT, IN_PROGRESS, THROTTLE, FAILURE, LOST)


class Faults:
    """Draws a fault for a share of the calls of the named operations; `happened` counts them."""

    def __init__(self, seed: int, share: float, kinds: tuple[str, ...], operations: tuple[str, ...]) -> None:
        self._draw = random.Random(seed)
        self._lock = threading.Lock()
        self.share, self.kinds, self.operations = share, kinds, operations
        self.happened: Counter[str] = Counter()

    def __call__(self, request: Any, **_: Any) -> AWSResponse | None:
        operation = request.headers["X-Amz-Target"].decode().rpartition(".")[2]
        if operation not in self.operations:
            return None
        with self._lock:
            kind = self._draw.choice(self.kinds) if self._draw.random() < self.share else ""
            self.happened[kind] += 1
        if kind in {CONFLICT, IN_PROGRESS} and operation != "TransactWriteItems":
            return None
        if kind == LOST:
            db.shared().client._endpoint.http_session.send(request)
            raise ReadTimeoutError(endpoint_url=request.url)
        return _refusal(request, kind) if kind else None


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content


def _refusal(request: Any, kind: str) -> AWSResponse:
    body: dict[str, Any] = {"__type": _NAMES + kind, "message": kind}
    if kind == CONFLICT:
        writes = json.loads(request.body)["TransactItems"]
        reasons = [{"Code": "None"} for _ in writes[1:]] + [{"Code": CONFLICT, "Message": "Transaction is ongoing"}]
        body |= {"__type": _NAMES + "TransactionCanceledException", "CancellationReasons": reasons}
    status = 500 if kind == FAILURE else 400
    return AWSResponse(request.url, status, HTTPHeaders(), _Body(json.dumps(body).encode()))


@contextmanager
def injected(
    *,
    seed: int,
    share: float,
    kinds: tuple[str, ...] = ALL,
    operations: tuple[str, ...] = ("TransactWriteItems", "BatchGetItem", "GetItem", "Query"),
) -> Iterator[Faults]:
    """Let a share of this process's calls fail in the block."""
    faults = Faults(seed, share, kinds, operations)
    events: Any = db.shared().client.meta.events
    events.register_first("before-send.dynamodb", faults)
    try:
        yield faults
    finally:
        events.unregister("before-send.dynamodb", faults)
