"""One of everything, in each state a form asks for, told through the services: the ground hostile input falls on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from infra.local import engine, tables
from portal import clock, db, privacy, workflow
from portal.accounts import domain as accounts_domain
from portal.accounts import passwords
from portal.accounts import service as accounts
from portal.activities import service as activities
from portal.areas import domain as places
from portal.areas import service as areas
from portal.awards import service as awards
from portal.config import Config
from portal.evaluations import service as evaluations
from portal.period import Month
from portal.reports import service as reports
from portal.stations import domain as stations_domain
from portal.stations import service as stations
from portal.volunteers import service as volunteers
from portal.web import access
from portal.workflow import STAFF_ROLES, Actor
from tests.activities import builders as services
from tests.project import url_map
from tests.reports import build as cases
from tests.stations import build as sites
from tests.volunteers import builders as people

COMMUNITY = cases.COMMUNITY
GRID = cases.GRID
CHIEF = Actor(
    id=accounts_domain.person_id("chief"),
    name="全能",
    roles=STAFF_ROLES,
    scope=COMMUNITY,
    desks=(COMMUNITY, GRID, cases.SAN),
)
CHECKER = replace(CHIEF, id=accounts_domain.person_id("checker"), desks=(COMMUNITY, GRID))
"""The same without the handling department's desk: nobody verifies the work of their own."""


def build(config: Config) -> dict[str, str]:
    """Tell the world into empty tables; return what addresses and forms need to name it."""
    tables.create_tables(config.engine_url, config.table_prefix, config.region)
    areas.forget()
    for code, name in (("320105", "建邺区"), (COMMUNITY[:9], "南苑街道"), (COMMUNITY, "庐山社区"), (GRID, "第三网格")):
        areas.add_area(area=places.Area(code=code, name=name, phone="02586000001"))
    now = clock.now()
    return {**_staff(now), **_stations(now), **_volunteers(now), **_cases(now), **_award(now)}


@contextmanager
def standing(running_engine: engine.Engine) -> Iterator[tuple[Config, dict[str, str]]]:
    """Empty the engine, build the world in it, and hold it for a whole module; passwords cost little meanwhile."""
    running_engine.reset()
    config = Config.from_env()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "COST", (16, 1, 1))
        for audience in url_map.AUDIENCES:
            url_map.app_of(audience)  # each binds storage when it is made
        db.connect(config)
        privacy.bind(config)
        yield config, build(config)


def _staff(now: datetime) -> dict[str, str]:
    found = {}
    for username in ("chief", "colleague"):
        draft = accounts_domain.NewStaff(
            username=username,
            name="陈兰",
            roles=frozenset({workflow.Role.COMMUNITY_ADMIN}),
            scope=COMMUNITY,
            desks=(COMMUNITY,),
        )
        staff, _ = accounts.add_staff(actor=workflow.SYSTEM, draft=draft, now=now, password="correct horse battery")
        found[username] = staff.username
    return {**found, "colleague_version": "1"}


def _stations(now: datetime) -> dict[str, str]:
    station = stations.add_station(actor=CHIEF, draft=sites.draft(area=GRID))
    placard = stations.issue_placard(
        actor=CHIEF, community=COMMUNITY, station_id=station.id, series=stations_domain.Series.POSTER, now=now
    )
    return {"station": station.id, "code": placard.code}


def _volunteers(now: datetime) -> dict[str, str]:
    serving = people.serving(now - timedelta(days=60), area=GRID)
    waiting = people.applied(now, area=GRID, phone="13800005678")
    record = activities.submit_record(
        draft=services.draft(serving.id, served_on=(now - timedelta(days=1)).date()), actor=services.KEEPER, now=now
    )
    return {"volunteer": serving.id, "waiting": waiting.id, "record": record.id}


def _cases(now: datetime) -> dict[str, str]:
    """One report left behind after each move, its version with it; `closed` is its sender's, with the private key."""
    path: list[tuple[str, Any, dict[str, Any]]] = [
        ("filed", reports.file_report, {"actor": cases.DISPATCHER, "subcategory": "0104", "urgency": "P3"}),
        ("dispatched", reports.dispatch_report, {"actor": cases.DISPATCHER, "department": "SAN"}),
        ("signed", reports.sign_report, {"actor": cases.HANDLER}),
        ("started", reports.start_report, {"actor": cases.HANDLER, "note": "已到现场"}),
        ("handled", reports.handle_report, {"actor": cases.HANDLER, "result": "已经清运并冲洗了地面"}),
        ("verified", reports.verify_report, {"actor": cases.VERIFIER}),
        ("closed", reports.close_report, {"actor": cases.VERIFIER, "note": "现场看过，已清理"}),
    ]
    found: dict[str, str] = {}
    for length in range(len(path) + 1):
        name = path[length - 1][0] if length else "submitted"
        key = f"hostile-world-key-{name}"
        at = reports.submit_report(draft=cases.draft(submission_key=key, phone="13912345678"), now=now)
        for _, move, given in path[:length]:
            at = move(reference=at.reference, version=at.version, now=now, **given)
        secret = reports.private_key(submission_key=key)
        found |= {name: at.reference, f"{name}_version": str(at.version), f"{name}_key": secret}
    return found


def _award(now: datetime) -> dict[str, str]:
    month = Month.of(now).previous()
    opens = evaluations.frozen_at(community=COMMUNITY, month=month)
    awards.open_round(actor=CHIEF, community=COMMUNITY, month=month, now=max(now, opens))
    return {"month": str(month), "earlier": str(month.previous())}


def client(audience: str, person: str) -> FlaskClient:
    """Return a browser of nobody, of the volunteer or of the chief, whose CSRF token is taken for granted."""
    app = url_map.app_of(audience)
    app.config["WTF_CSRF_ENABLED"] = False
    visitor = app.test_client()
    if person:
        token = accounts.start_session(actor=_who(person), now=clock.now(), lifetime=accounts.STAFF_SESSION)
        with app.test_request_context():
            visitor.set_cookie(access.cookie_name(), token, domain="localhost")
    return visitor


def _who(person: str) -> Actor:
    if person in {"chief", "checker"}:
        return CHIEF if person == "chief" else CHECKER
    return volunteers.as_actor(volunteer=next(iter(volunteers.all_active(community=COMMUNITY))))


def stored(config: Config) -> dict[str, Any]:
    """Return all that is stored, but for the counters of limits and of sessions."""
    found = {}
    client: Any = db.shared().client
    for table in tables.list_tables(prefix=config.table_prefix):
        name = table["TableName"]
        if not name.endswith(("-limits", "-sessions")):
            items = [item for page in client.get_paginator("scan").paginate(TableName=name) for item in page["Items"]]
            found[name] = sorted(items, key=str)
    return found


def records(config: Config) -> list[dict[str, Any]]:
    """Return a stream record for each deed, as if all that ever happened to it came in one change."""
    found = []
    for name in tables.streams(prefix=config.table_prefix):
        for number, item in enumerate(stored(config)[name]):
            change = {"NewImage": item, "Keys": {"pk": item["pk"]}, "SequenceNumber": f"{name}-{number}"}
            found.append({"eventID": f"{name}-{number}", "eventName": "INSERT", "dynamodb": change})
    return found
