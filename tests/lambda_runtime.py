"""A stand-in for AWS Lambda's runtime API, so that Amazon's own client runs a packaged function as the cloud would.

    with lambda_runtime.running(pathlib.Path("dist/resident.zip"), "functions.entry.handler", settings) as function:
        answer = function.invoke(event)

The client (awslambdaric) runs in a process of its own with the zip and itself as its only packages, so that whatever
the zip lacks is missing for real.
"""

import contextlib
import importlib.metadata
import json
import os
import pathlib
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_VERSION = "/2018-06-01/runtime"
_CLIENT = ("awslambdaric", "snapshot-restore-py", "simplejson")
_INTERPRETER = f"{sys.base_prefix}/bin/python{sys.version_info.major}.{sys.version_info.minor}"  # without our packages
_PATIENCE = 60  # seconds for an answer; a cold start on a busy machine takes a few


class FunctionFailed(Exception):
    """The function answered with an error, or did not start; the message is what it reported."""


@dataclass
class Function:
    """A running function. One event at a time, as in Lambda."""

    log_path: pathlib.Path
    _events: queue.Queue[tuple[str, bytes]] = field(default_factory=queue.Queue)
    _answers: queue.Queue[tuple[str, Any]] = field(default_factory=queue.Queue)

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """Send one event and return the answer. Raises FunctionFailed."""
        self._events.put((str(uuid.uuid4()), json.dumps(event).encode()))
        try:
            kind, answer = self._answers.get(timeout=_PATIENCE)
        except queue.Empty:
            raise FunctionFailed(f"no answer; its log says:\n{self.log()}") from None
        if kind == "error":
            raise FunctionFailed(json.dumps(answer))
        return answer

    def log(self) -> str:
        """All it printed so far."""
        return self.log_path.read_text(encoding="utf-8")


@contextlib.contextmanager
def running(package: pathlib.Path, handler: str, settings: Mapping[str, str]) -> Iterator[Function]:
    """Unpack a zip and run it under the real client until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        with zipfile.ZipFile(package) as archive:
            archive.extractall(root / "task")
        _install_client(root / "client")
        function = Function(root / "log.txt")
        server = _serve(function)
        with function.log_path.open("wb") as log:
            environment = _environment(root, package.stem, handler, server.server_port) | dict(settings)
            command = [_INTERPRETER, "-S", "-P", "-m", "awslambdaric", handler]
            process = subprocess.Popen(command, cwd=root / "task", env=environment, stdout=log, stderr=log)
            try:
                yield function
            finally:
                process.terminate()
                process.wait()
                server.shutdown()
                server.server_close()


def _install_client(to: pathlib.Path) -> None:
    for name in _CLIENT:
        for file in importlib.metadata.distribution(name).files or ():
            if not str(file).startswith(".."):
                (to / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file.locate(), to / file)


def _environment(root: pathlib.Path, name: str, handler: str, port: int) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PYTHONPATH": f"{root / 'task'}:{root / 'client'}",
        "PYTHONDONTWRITEBYTECODE": "1",  # /var/task cannot be written either
        "LAMBDA_TASK_ROOT": str(root / "task"),
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
        "AWS_LAMBDA_FUNCTION_NAME": f"yizhan-{name}",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "_HANDLER": handler,
    }


def _serve(function: Function) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *given: _Api(function, *given))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class _Api(BaseHTTPRequestHandler):
    """The four calls of the runtime API."""

    protocol_version = "HTTP/1.1"

    def __init__(self, function: Function, *given: Any) -> None:
        self._function = function
        super().__init__(*given)

    def handle(self) -> None:
        """Answer until the client hangs up, which it does however it ends."""
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            super().handle()

    def do_GET(self) -> None:
        """Hand out the next event, whenever it comes."""
        identity, event = self._function._events.get()
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", identity)
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + _PATIENCE) * 1000)))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:yizhan")
        self._end(event)

    def do_POST(self) -> None:
        """Take an answer, an error of one event, or an error of the start."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kind = "answer" if self.path.startswith(_VERSION) and self.path.endswith("/response") else "error"
        self._function._answers.put((kind, json.loads(body)))
        self.send_response(202)
        self._end(b"")

    def _end(self, body: bytes) -> None:
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the inherited name
        """Say nothing: what counts is the function's own log."""
