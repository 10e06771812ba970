"""The blueprint of the staff pages, and a report's own page."""

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import clock, fields
from portal.areas import domain as places
from portal.areas import service as areas
from portal.errors import NotFound
from portal.reports import domain, forms, rules, service
from portal.web import access, filters
from portal.workflow import Role

blueprint = Blueprint("reports_staff", __name__, url_prefix="/staff/reports")

Answer = str | Response | tuple[str, int]
WRITERS = (Role.DISPATCHER, Role.GRID_WORKER, Role.COMMUNITY_ADMIN, Role.STATION_KEEPER)
"""Who writes down a call or a visit."""
_MINUTES_A_DAY = 24 * 60


def desk_name(desk: str) -> str:
    """Return what a desk is called: a place's name, or a department's."""
    code, _, department = desk.partition("#")
    if department:
        return rules.current().departments.get(department, desk)
    try:
        return str(areas.get_area(code=code).name)
    except NotFound:
        return desk


@blueprint.app_template_filter("left")
def time_left(due: datetime | None, now: datetime) -> str:
    """Write `还剩 2 小时` or `已超 3 天`."""
    if due is None:
        return ""
    minutes = int((due - now).total_seconds() // 60)
    whole = abs(minutes)
    if whole >= 2 * _MINUTES_A_DAY:
        words = str(gettext("%(days)d 天", days=whole // _MINUTES_A_DAY))
    else:
        words = filters.hours(whole)
    return str(gettext("已超 %(time)s", time=words) if minutes < 0 else gettext("还剩 %(time)s", time=words))


@blueprint.app_template_filter("limit")
def limit_words(limit: str) -> str:
    """Write `4wh` as `4 个工作小时`."""
    amount, unit = places.parse_limit(limit)
    number = f"{amount:g}"
    if unit == "wh":
        return str(gettext("%(number)s 个工作小时", number=number))
    return str(
        gettext("%(number)s 个工作日", number=number) if unit == "wd" else gettext("%(number)s 小时", number=number)
    )


def report_page(
    found: domain.Report, name: str = "", typed: forms.MoveForm | None = None, *, status: int = 200, phone: str = ""
) -> tuple[str, int]:
    """Return a report's page; `typed` is the form of a move that has to be put right."""
    actor = access.person()
    moves = domain.desk_moves(report=found, actor=actor)
    may_reveal = domain.can_reveal(report=found, actor=actor)
    page = render_template(
        "reports/staff/report.html",
        report=found,
        moves=[(each, typed if each.name == name and typed else _fresh(each.name, found)) for each in moves],
        failed=name,
        faults=fields.faults(typed) if typed else {},
        may_reveal=may_reveal,
        masked=service.masked_phone(report=found) if may_reveal else "",
        reveal=typed if name == "reveal" and typed else forms.RevealForm(data={"version": found.version}),
        phone=phone,
        lines=domain.timeline(report=found, staff=True),
        done=request.args.get("done", ""),
        **surroundings(found),
    )
    return page, status


def surroundings(found: domain.Report) -> dict[str, Any]:
    """Return what every page about a report shows around it."""
    current = rules.current()
    return {
        "rules": current,
        "case": current.subcategories.get(found.subcategory),
        "desk": desk_name(found.desk) if found.desk else "",
        "area": desk_name(found.area),
        "channels": domain.CHANNELS,
        "labels": domain.LABELS,
        "now": clock.now(),
    }


def _fresh(name: str, found: domain.Report) -> forms.MoveForm:
    """Return a move's form with what is known already."""
    case = rules.current().subcategories.get(found.subcategory)
    known = {
        "version": str(found.version),
        "subcategory": found.subcategory,
        "urgency": found.urgency,
        "place": found.place,
        "department": case.department if case else "",
    }
    return forms.MOVES[name](data=known)
