"""Start, await and stop the embedded AWS engine, a child process that listens on 127.0.0.1 only."""

import http.client
import os
import pathlib
import socket
import subprocess
import time
import types
import urllib.error
import urllib.request
from typing import Self

ROOT = pathlib.Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-engine" / "bin" / "python"
SCRIPT = pathlib.Path(__file__).with_name("engine_process.py")
START_SECONDS = 30
STOP_SECONDS = 30
FOLDER_IN_USE = 3  # the exit code of engine_process.py


class EngineError(Exception):
    """The engine did not start; the message is one line for a person."""


class FolderInUse(EngineError):
    """Another engine holds the lock of the data folder."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


class Engine:
    """One engine: in memory without `folder`; with it, snapshots are kept there and loaded at the next start."""

    def __init__(self, port: int, folder: pathlib.Path | None = None, python: pathlib.Path = PYTHON) -> None:
        self.port = port
        self.folder = folder
        self.python = python
        self.url = f"http://127.0.0.1:{port}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        try:
            self.wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: types.TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Launch the child; its own session keeps Ctrl-C away from it, its stdin tells it when we are gone."""
        if not self.python.exists():
            raise EngineError(f"The engine is not installed ({self.python} is missing): run `make install`.")
        if not is_free("127.0.0.1", self.port):
            raise EngineError(f"Port {self.port} on 127.0.0.1 is taken by another program.")
        command = [str(self.python), "-P", str(SCRIPT), str(self.port)]
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            command.append(str(self.folder))
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, env=self._environment(), start_new_session=True
        )

    def wait_ready(self) -> None:
        """Return once the engine answers.

        Raises:
            FolderInUse: another engine works on the same folder.
            EngineError: it ended, or did not answer in time.
        """
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            self._refuse_if_ended()
            try:
                with urllib.request.urlopen(f"{self.url}/_ministack/ready", timeout=1):
                    self._refuse_if_ended()
                    return
            except (urllib.error.URLError, http.client.HTTPException, OSError):
                time.sleep(0.02)
        raise EngineError(f"The engine did not answer on {self.url} within {START_SECONDS} s.")

    def reset(self) -> None:
        """Forget every table and object; takes about a millisecond in memory."""
        request = urllib.request.Request(f"{self.url}/_ministack/reset", method="POST")
        with urllib.request.urlopen(request, timeout=10):
            pass

    def stop(self) -> None:
        """End the child and wait for its last snapshot; stopping twice is fine."""
        process, self._process = self._process, None
        if process is None:
            return
        if self.folder is None:
            process.kill()  # nothing to keep: no need to wait for a graceful end
        else:
            process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin:
            process.stdin.close()

    def kill(self) -> None:
        """End the child as a power cut would."""
        if self._process:
            self._process.kill()
        self.stop()

    @property
    def ended(self) -> bool:
        """Whether a started child is no longer there."""
        return self._process is not None and self._process.poll() is not None

    def _refuse_if_ended(self) -> None:
        code = self._process.poll() if self._process else None
        if code is None:
            return
        if code == FOLDER_IN_USE:
            raise FolderInUse(f"Another Yizhan already works on {self.folder}: stop it first.")
        raise EngineError(f"The engine ended at once (exit code {code}).")

    def _environment(self) -> dict[str, str]:
        settings = {
            "MINISTACK_HOST": "localhost",
            "AWS_ENDPOINT_URL": self.url,
            "GATEWAY_PORT": str(self.port),
            "LAMBDA_EXECUTOR": "local",
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "LOG_LEVEL": "ERROR",
            "DOCKER_HOST": "unix:///nonexistent",
            "PERSIST_STATE": "0",
        }
        if self.folder is not None:
            settings |= {
                "PERSIST_STATE": "1",
                "S3_PERSIST": "1",
                "STATE_DIR": str(self.folder),
                "S3_DATA_DIR": str(self.folder / "s3"),
            }
        return os.environ | settings
