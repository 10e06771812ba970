"""The Flask app of an audience: binds storage, registers the audience's blueprints, nothing else."""

import importlib
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from portal import clock, db, privacy
from portal.config import Config
from portal.web import access, compress, csrf, errors, filters, headers, health, language
from portal.workflow import Actor

ROOT = Path(__file__).resolve().parent.parent

BLUEPRINTS = {
    "resident": ("console.routes", "reports.routes"),
    "volunteer": ("volunteers.routes", "points.routes", "awards.routes"),
    "staff": (
        "console.staff_routes",
        "accounts.staff_routes",
        "stations.staff_routes",
        "reports.staff_routes",
        "volunteers.staff_routes",
        "activities.staff_routes",
        "points.staff_routes",
        "awards.staff_routes",
    ),
}
COMMANDS = ("accounts", "areas", "points", "evaluations")
_FORM_BYTES = 256 * 1024


def create_app(config: Config | None = None, audience: str | None = None) -> Flask:
    """Return the app of `resident`, `volunteer` or `staff`; without an audience, the one that carries the commands."""
    config = config or Config.from_env()
    app = Flask("portal", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    db.connect(config)
    privacy.bind(config)
    if audience != "resident":  # whose function sends no messages and loads nothing for it
        importlib.import_module("portal.notices.service").bind(config)
    _settle(app, config)
    _web(app, audience or "staff")
    for name in BLUEPRINTS.get(audience or "", ()):
        app.register_blueprint(importlib.import_module(f"portal.{name}").blueprint)
    if audience is None:
        for name in COMMANDS:
            app.cli.add_command(importlib.import_module(f"portal.{name}.cli").group)
    return app


def _settle(app: Flask, config: Config) -> None:
    secure = config.base_url.startswith("https://")
    app.extensions["yizhan"] = config
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME="__Host-yz" if secure else "yz",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        PERMANENT_SESSION_LIFETIME=timedelta(days=7),
        MAX_CONTENT_LENGTH=_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=_FORM_BYTES,
        MAX_FORM_PARTS=100,
        TRUSTED_HOSTS=_hosts(config),
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_LEVEL=9,
        COMPRESS_MIMETYPES=["text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"],
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _hosts(config: Config) -> list[str] | None:
    """Return the hosts a link may be built for; a local run answers every name the machine has."""
    host = urlsplit(config.base_url).hostname
    return None if config.local or not host else [host]


def _web(app: Flask, audience: str) -> None:
    language.init(app, str(ROOT / "translations"))
    access.init(app, audience=audience, load=_load_session)
    csrf.init(app)
    errors.init(app)
    compress.init(app)
    headers.init(app)
    filters.init(app)
    app.register_blueprint(health.blueprint)
    app.context_processor(lambda: {"settings": app.extensions["yizhan"], "actor": access.actor})


def _load_session(token: str) -> Actor | None:
    from portal.accounts import service  # noqa: PLC0415 - a first visit without a cookie needs no sessions

    return service.load_session(token=token, now=clock.now())
