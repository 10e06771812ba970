"""The engine's own process: MiniStack on 127.0.0.1 with a lock, autosave and durable snapshots (run by engine.py).

It runs in `.venv-engine`, so it may import nothing of this project. MiniStack by itself writes its state only at a
clean stop and without fsync; a power cut would lose everything since the start. Here it is saved every few seconds
when something changed, and every snapshot is on the disk before it takes the place of the one before.
The hooks are private names of MiniStack, which is why its version is pinned exactly.
"""

# ruff: noqa: SLF001 - the only way to save while running

import asyncio
import fcntl
import importlib
import json
import os
import pathlib
import signal
import sys
import threading
import time
from typing import Any, NoReturn

FOLDER_IN_USE = 3
SAVE_SECONDS = 2.0
LOCK_SECONDS = 3.0  # an engine whose starter was killed is still writing its last snapshot
# Saving rewrites the whole file: with much data it waits longer, so that it never takes more than a twentieth.
REST_PER_WRITE = 20
READS = (b".Get", b".BatchGet", b".Query", b".Scan", b".List", b".Describe", b".TransactGet")


class Snapshots:
    """Knows whether something changed, and writes the state when it did."""

    def __init__(self, ministack: Any, persistence: Any, folder: pathlib.Path) -> None:
        self._ministack = ministack
        self._persistence = persistence
        self._folder = folder
        self._changes = 0
        self._saved = 0
        self._writing = threading.Lock()

    async def count_changes(self, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI application itself, counting the requests that may have changed something, once answered."""
        try:
            await self._ministack.app(scope, receive, send)
        finally:
            target = dict(scope.get("headers", ())).get(b"x-amz-target", b"")
            if scope["type"] == "http" and scope["method"] != "GET" and not any(word in target for word in READS):
                self._changes += 1

    def save(self, service: str, data: dict[str, Any]) -> None:
        """Take the place of MiniStack's own `save_state`, which it calls at a clean stop."""
        try:
            with self._writing:
                self._write(service, data)
        except OSError as error:  # the other services' states may still fit
            print(f"The engine could not save {service}: {error}", file=sys.stderr, flush=True)

    async def keep_saving(self) -> NoReturn:
        """Save for ever; an error (a full disk) is said and tried again."""
        rest = SAVE_SECONDS
        while True:
            await asyncio.sleep(rest)
            began = time.monotonic()
            try:
                await self._save_if_changed()
            except Exception as error:  # noqa: BLE001 - saving must outlive any failed snapshot
                print(f"The engine could not save its data: {error}", file=sys.stderr, flush=True)
            rest = max(SAVE_SECONDS, REST_PER_WRITE * (time.monotonic() - began))

    async def _save_if_changed(self) -> None:
        """Copy the state here, where the requests run too and so no transaction is cut in half, and write it aside."""
        changes = self._changes
        if changes == self._saved:
            return
        self._writing.acquire()  # until the last byte: a clean stop meanwhile must write after us
        try:
            states = self._copy()
        except BaseException:
            self._writing.release()
            raise
        await asyncio.to_thread(self._write_all, states)
        self._saved = changes

    def _copy(self) -> dict[str, dict[str, Any]]:
        """Every service's state; the lock keeps MiniStack's thread of expiring items away."""
        with importlib.import_module("ministack.services.dynamodb")._lock:
            states = {name: get() for name, get in self._ministack._build_persistence_save_dict().items()}
        return {name: state for name, state in states.items() if state}

    def _write_all(self, states: dict[str, dict[str, Any]]) -> None:
        try:
            for service, state in states.items():
                self._write(service, state)
        finally:
            self._writing.release()

    def _write(self, service: str, data: dict[str, Any]) -> None:
        """Put the new file on the disk before it replaces the old one, and keep the one before."""
        path = self._folder / f"{service}.json"
        version = self._persistence._state_format_version(service)
        wrapped = {"__ministack_format__": version, "payload": data}
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(json.dumps(wrapped, default=self._persistence._json_default).encode())
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            previous = path.with_suffix(".previous")
            previous.unlink(missing_ok=True)
            previous.hardlink_to(path)
        fresh.replace(path)
        folder = os.open(self._folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def lock(folder: pathlib.Path) -> None:
    """Hold the folder until this process ends; leave when another holds it and is not just ending itself."""
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > until:
                sys.exit(FOLDER_IN_USE)
            time.sleep(0.1)
        else:
            return


def mend(folder: pathlib.Path) -> None:
    """Put the snapshot before in the place of one that cannot be read; MiniStack would start empty instead."""
    for path in folder.glob("*.json"):
        try:
            json.loads(path.read_bytes())
        except ValueError:
            path.rename(path.with_suffix(".broken"))
            previous = path.with_suffix(".previous")
            if previous.exists():
                path.hardlink_to(previous)
                print(f"{path.name} was damaged; the snapshot before it is used.", file=sys.stderr, flush=True)


def leave_with_parent() -> None:
    """End like on SIGTERM when the starter is gone, however it ended: its end of our stdin closes with it."""
    while os.read(0, 1):  # not through sys.stdin: its lock would outlive this thread at exit
        pass
    os.kill(os.getpid(), signal.SIGTERM)


async def serve(port: int, folder: pathlib.Path | None) -> None:
    """Serve until SIGTERM; the shutdown of MiniStack writes the last snapshot."""
    ministack = importlib.import_module("ministack.app")
    application = ministack.app
    if folder:
        persistence: Any = importlib.import_module("ministack.core.persistence")
        snapshots = Snapshots(ministack, persistence, folder)
        persistence.save_state = snapshots.save
        application = snapshots.count_changes
        saving = asyncio.create_task(snapshots.keep_saving())
    config = importlib.import_module("hypercorn.config").Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.keep_alive_timeout = 75
    config.loglevel = "ERROR"
    config.graceful_timeout = 1
    await importlib.import_module("hypercorn.asyncio").serve(application, config)
    if folder:
        saving.cancel()


def main(port: int, folder: pathlib.Path | None) -> None:
    """Lock and check the data, then serve."""
    if folder:
        lock(folder)
        mend(folder)
    threading.Thread(target=leave_with_parent, daemon=True).start()
    asyncio.run(serve(port, folder))


if __name__ == "__main__":
    main(int(sys.argv[1]), pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None)
