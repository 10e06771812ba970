"""The form behind a placard."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, redirect, render_template, request, url_for

from portal import clock, fields, ids
from portal.areas import service as areas
from portal.errors import N_, Busy, NotFound, TooMany
from portal.reports import domain, forms, rules, service
from portal.reports.routes.pages import Answer, blueprint
from portal.stations import service as stations
from portal.web import access, errors

CONSENT = "2026-11"
"""The version of the consent text on the form; it is stored with every report."""


@dataclass(frozen=True, kw_only=True)
class Door:
    """Where a form was opened: what the placard says, and a note when its code is not in use."""

    where: domain.Draft
    community: str
    phone: str
    note: str = ""


@blueprint.get("/s", strict_slashes=False)
@blueprint.get("/s/<code>")
@blueprint.get("/S/<code>")
@access.public
def open_form(code: str = "") -> Answer:
    """Show the form of a placard; an unknown or revoked code still opens one, to the community."""
    door = _door(code)
    form = forms.ReportForm(data={"place": door.where.place, "submission_key": ids.new_code(24)})
    return _form_page(door, form, {})


@blueprint.post("/s", strict_slashes=False)
@blueprint.post("/s/<code>")
@blueprint.post("/S/<code>")
@access.public
def send_form(code: str = "") -> Answer:
    """Take a report in and lead to its follow page; whatever goes wrong, what was typed comes back."""
    door = _door(code)
    form = forms.ReportForm(request.form)
    if not form.validate():
        return _form_page(door, form, fields.faults(form), 422)
    try:
        report = service.submit_report(
            draft=form.draft(door.where), now=clock.now(), actor=access.actor(), address=access.address()
        )
    except TooMany as error:
        page, status = _form_page(door, form, {"send": N_("现在提交的人太多，内容已为您留在页面上，请稍后再提交")}, 429)
        return page, status, {"Retry-After": str(error.retry_after)}
    except domain.SentBefore as error:
        form.submission_key.data = ids.new_code(24)
        return _form_page(door, form, {"send": errors.sentence(error)}, 409)
    except Busy as error:
        page, status = _form_page(door, form, {"send": errors.sentence(error)}, 503)
        return page, status, {"Retry-After": str(error.retry_after)}
    key = service.private_key(submission_key=form.submission_key.data)
    return redirect(url_for("reports.follow", reference=report.reference, key=key), 303)


def _door(code: str) -> Door:
    placard = stations.find_placard(code=code) if code else None
    if placard is None:
        note = N_("没有找到这个编号的站牌，但您仍可以在这里上报给社区。请写清楚地点。") if code else ""
        return _community_door(current_app.extensions["yizhan"].community, note)
    if not placard.is_active:
        return _community_door(
            placard.community, N_("这块站牌的编号已经停用，但您仍可以在这里上报给社区。请写清楚地点。")
        )
    where = domain.Draft(
        submission_key="",
        category="",
        description="",
        community=placard.community,
        area=placard.area,
        place=placard.station_name,
        station=placard.station_id,
        station_name=placard.station_name,
        placard=placard.code,
        consent=CONSENT,
        channel=domain.Channel.QR,
    )
    return Door(where=where, community=placard.community_name, phone=placard.community_phone)


def _community_door(code: str, note: str) -> Door:
    """Return the door of a community without a placard. Raises NotFound where no community is set up."""
    if not code:
        raise NotFound
    where = domain.Draft(submission_key="", category="", description="", community=code, area=code, consent=CONSENT)
    try:
        community = areas.get_community(code=code)
    except NotFound:
        return Door(where=where, community="", phone="", note=note)
    return Door(where=where, community=community.name, phone=community.phone, note=note)


def _form_page(door: Door, form: Any, faults: dict[str, str], status: int = 200) -> tuple[str, int]:
    shown = {_SHOWN_AT.get(name, name): words for name, words in faults.items()}
    if "submission_key" in faults:
        form.submission_key.data = ids.new_code(24)
    page = render_template(
        "reports/report.html", door=door, form=form, faults=shown, tiles=rules.current().tiles, most=forms.MOST_WORDS
    )
    return page, status


_SHOWN_AT = {"lat": "place", "lng": "place", "accuracy": "place", "submission_key": "send", "consent": "send"}
"""Where on the page a fault of a hidden field is told."""
