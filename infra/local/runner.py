"""Run the whole system on this machine: engine, tables, seed, stream pump, ticker and web server (`make run`)."""

import contextlib
import datetime as dt
import importlib
import os
import pathlib
import signal
import socket
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from typing import NoReturn

from infra.local import demo, dev, engine, notes, pump, seed, server, settings, tables, ticker
from portal import clock
from portal.app import create_app
from portal.config import Config

THREAD_SECONDS = 10
_QUIET_DAYS = 7
_said: set[str] = set()


def main() -> int:
    """Run until Ctrl-C or SIGTERM; answers the exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)  # a shell starts background jobs with Ctrl-C ignored
    try:
        with contextlib.suppress(KeyboardInterrupt):
            run(settings.Settings.read(os.environ))
    except (settings.BadStart, engine.EngineError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\nStopped; everything is saved.")
    return 0


def _interrupt(_signal: int, _frame: types.FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def run(chosen: settings.Settings) -> None:
    """Start every part, serve, and stop the parts in reverse order however it ends."""
    chosen.data.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        running = stack.enter_context(engine.Engine(engine.free_port(), chosen.engine_folder))
        stack.callback(_stop_listening_to_signals)  # a second Ctrl-C must not cut the last snapshot short
        listening = stack.enter_context(_listen(chosen))
        os.environ.update(chosen.environment(running.url))
        config = Config.from_env()
        parts = Parts(config, chosen.data)
        parts.prepare(running)
        stop = threading.Event()
        stack.enter_context(_threads(stop, parts.ticker.wake, pump=parts.pump.run, ticker=parts.ticker.run))
        web = server.build(listening, parts.mount())
        _announce(chosen, demo.write(config, chosen.data))
        threading.Thread(target=_watch, args=(running, stop), daemon=True).start()
        web.serve_forever()  # returns at Ctrl-C or SIGTERM
        if running.ended:
            raise engine.EngineError("The engine ended by itself. Start again with: make run")


class Parts:
    """What runs beside the engine, bound to one config."""

    def __init__(self, config: Config, data: pathlib.Path) -> None:
        self.config = config
        self.dynamodb = tables.client("dynamodb", engine_url=config.engine_url, region=config.region)
        self.notes = notes.Notes(self.dynamodb, config.table_prefix)
        self.ticker = ticker.Ticker(importlib.import_module("functions.tick").handler)
        self._data = data

    def prepare(self, running: engine.Engine) -> None:
        """Make tables, pump and, at the first run, the demo's data."""
        self._create()
        if self.notes.get("seeding"):
            running.reset()  # the first run was cut off while the demo's data were loading
            self._create()
        clock.move(dt.timedelta(seconds=self.notes.get("clock", 0)))
        self.pump = self._pump()
        if self.notes.get("seeding") is None:
            self._seed()

    def mount(self) -> server.Wsgi:
        """The three audiences, each with the pages of `/dev`."""
        apps: dict[str, server.Wsgi] = {}
        for audience in ("resident", "volunteer", "staff"):
            app = create_app(self.config, audience)
            app.register_blueprint(dev.build(self.notes, self.ticker.wake))
            apps[audience] = app.wsgi_app
        return server.mount(apps)

    def _create(self) -> None:
        tables.create_tables(self.config.engine_url, self.config.table_prefix, self.config.region)
        self.notes.prepare()

    def _seed(self) -> None:
        self.notes.put({"seeding": True})
        print("First run: telling the demo's last eleven weeks.", flush=True)
        seed.load(now=clock.now(), progress=_progress, drain=self.pump.drain)
        self.notes.put({"seeding": False})

    def _pump(self) -> pump.Pump:
        return pump.Pump(
            dynamodb=self.dynamodb,
            streams=tables.client("dynamodbstreams", engine_url=self.config.engine_url, region=self.config.region),
            tables=tables.streams(prefix=self.config.table_prefix),
            handler=importlib.import_module("functions.react").handler,
            memory=self.notes,
            parked=self._data / "dead-letters.jsonl",
            pause=time.sleep,
        )


def _progress(part: float, what: str) -> None:
    """One line that grows; where no terminal is watching, a line at each new week of the story and at its end."""
    if sys.stdout.isatty():
        print(f"\r  {part:4.0%}  {what}\033[K", end="\n" if part >= 1 else "", flush=True)
    elif part >= 1 or (what not in _said and len(_said) % _QUIET_DAYS == 0):
        print(f"  {part:4.0%}  {what}", flush=True)
    _said.add(what)


def _listen(chosen: settings.Settings) -> socket.socket:
    try:
        return server.listen(chosen.host, chosen.port)
    except OSError as error:
        why = str(error.strerror).partition(" (")[0]
        other = f"PORT={chosen.port + 1} make run"
        raise settings.BadStart(f"Port {chosen.port} on {chosen.host} cannot be used ({why}); try: {other}") from error


@contextlib.contextmanager
def _threads(
    stop: threading.Event, wake: Callable[[], None], **parts: Callable[[threading.Event], None]
) -> Iterator[None]:
    threads = [threading.Thread(target=part, args=(stop,), name=name, daemon=True) for name, part in parts.items()]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        wake()
        for thread in threads:
            thread.join(THREAD_SECONDS)


def _stop_listening_to_signals() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _watch(running: engine.Engine, stop: threading.Event) -> None:
    """End the run when the engine is gone: pages without storage help nobody."""
    while not stop.wait(1):
        if running.ended:
            os.kill(os.getpid(), signal.SIGTERM)
            return


def _announce(chosen: settings.Settings, known: demo.Demo) -> None:
    """Say in a few lines what to open and with which account."""
    base, first, someone = chosen.base_url, known["staff"][0], known["volunteers"][0]
    print(
        f"\nYizhan 驿站 is at {base}\n"
        f"  report at a placard   {known['stations'][0]['url']}\n"
        f"  staff                 {base}/staff  as {first['username']}, password {first['password']}\n"
        f"  volunteers            {base}/sign-in  with {someone['phone']}; the code is at {base}/dev/outbox\n"
        f"  be someone else       {base}/dev/role\n"
        f"  move the clock        {base}/dev/clock\n"
        f"Everyone else: {chosen.data / 'demo.json'}. Ctrl-C stops, the data stay.",
        flush=True,
    )
    if chosen.host not in {"127.0.0.1", "localhost", "::1"}:
        print("Everyone on this network can open these pages, /dev/* included.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
