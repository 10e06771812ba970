"""What tests share: one engine a session with empty tables a test, and clients of the three audiences."""

import base64
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

ROOT = Path(__file__).resolve().parent.parent
KEYS = {
    "YIZHAN_STAGE": "local",
    "YIZHAN_BASE_URL": "http://127.0.0.1:8000",
    "YIZHAN_TABLE_PREFIX": "test",
    "YIZHAN_REGION": "us-east-1",
    "YIZHAN_ENGINE_URL": "http://127.0.0.1:9",
    "YIZHAN_SECRET_KEY": "local-secret-key-0123456789abcdefghij",
    "YIZHAN_LOOKUP_KEY": "local-lookup-key-0123456789abcdefghij",
    "YIZHAN_FIELD_KEY": base64.b64encode(bytes(range(32))).decode(),
    "YIZHAN_COMMUNITY": "320105902901",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
}
os.environ.update(KEYS)  # before any function module is imported: they read their settings once

from infra.local import engine, tables  # noqa: E402 - see above
from portal import clock, db, privacy  # noqa: E402
from portal.app import create_app  # noqa: E402
from portal.areas import service as areas  # noqa: E402
from portal.config import Config  # noqa: E402
from portal.stations import service as stations  # noqa: E402
from portal.web import access  # noqa: E402
from portal.workflow import Actor  # noqa: E402

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""A Friday, 10:00 in Beijing."""


def pytest_configure() -> None:
    """Compile the English catalogue when it is older than its source."""
    source = ROOT / "translations/en/LC_MESSAGES/messages.po"
    target = source.with_suffix(".mo")
    if source.exists() and (not target.exists() or target.stat().st_mtime < source.stat().st_mtime):
        with source.open("rb") as read, target.open("wb") as write:
            write_mo(write, read_po(read, locale="en"))


@pytest.fixture(scope="session")
def running_engine() -> Iterator[engine.Engine]:
    """One engine for the whole session, in memory."""
    with engine.Engine(engine.free_port()) as running:
        os.environ["YIZHAN_ENGINE_URL"] = running.url
        yield running


@pytest.fixture
def config(running_engine: engine.Engine) -> Config:
    """Settings bound to the session's engine."""
    return Config.from_env()


@pytest.fixture
def storage(config: Config, running_engine: engine.Engine) -> Config:
    """Empty tables."""
    running_engine.reset()
    tables.create_tables(config.engine_url, config.table_prefix, config.region)
    _keep_what_expires(config)
    db.connect(config)
    privacy.bind(config)
    areas.forget()
    stations.forget()
    return config


def _keep_what_expires(config: Config) -> None:
    """Stop the engine's reaper: by its own clock all that a test's still clock gives a day ended long ago."""
    dynamodb = tables.client("dynamodb", engine_url=config.engine_url, region=config.region)
    for table in tables.list_tables(prefix=config.table_prefix):
        expiry = table.get("TimeToLiveSpecification")
        if expiry:
            dynamodb.update_time_to_live(
                TableName=table["TableName"], TimeToLiveSpecification={**expiry, "Enabled": False}
            )


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock stands still on a Friday morning."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return NOW


ClientFor = Callable[..., FlaskClient]


@pytest.fixture
def client_for(storage: Config, monkeypatch: pytest.MonkeyPatch) -> ClientFor:
    """A client of an audience, signed in as an actor when one is given. CSRF is off unless `csrf=True`."""

    def make(audience: str, actor: Actor | None = None, *, csrf: bool = False) -> FlaskClient:
        app = create_app(storage, audience)
        app.config["WTF_CSRF_ENABLED"] = csrf
        client = app.test_client()
        if actor:
            from portal.accounts import service as accounts  # noqa: PLC0415 - tests without sign-in need no accounts

            token = accounts.start_session(actor=actor, now=clock.now(), lifetime=accounts.STAFF_SESSION)
            with app.test_request_context():
                client.set_cookie(access.cookie_name(), token)
        return client

    return make
