"""Staff write services down, confirm each other's, and look records up."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from portal import clock, fields, period, workflow
from portal.activities import domain, forms, service
from portal.errors import Conflict, Invalid, NotFound, PortalError, Refused
from portal.period import Month
from portal.volunteers import domain as people
from portal.volunteers import service as volunteers
from portal.web import access, errors, paging

blueprint = Blueprint("activities_staff", __name__, url_prefix="/staff/records")

Answer = str | Response | tuple[str, int]


@blueprint.get("")
@access.staff(*domain.LOOKERS)
def list_records() -> Answer:
    """List what waits for a second person, then a month's records, or one volunteer's."""
    community = _community()
    if "volunteer" in request.args:
        return _list_of_volunteer(request.args["volunteer"], community)
    person, month = access.person(), _month()
    purpose = f"records:{community}:{month}"
    page = service.list_records(actor=person, community=community, month=month, cursor=paging.opened(purpose))
    queue = f"waiting:{community}"
    waiting = service.list_waiting(actor=person, community=community, cursor=paging.opened(queue, "more"))
    return render_template(
        "activities/staff/list.html",
        page=page,
        after=paging.seal(page.cursor, purpose),
        waiting=waiting,
        more=paging.seal(waiting.cursor, queue),
        month=month,
        today=period.local_day(clock.now()),
        states=domain.STATE_LABELS,
        community=community,
        may_submit=person.has(*domain.SUBMITTERS),
    )


def _list_of_volunteer(volunteer_id: str, community: str) -> Answer:
    person = access.person()
    volunteer = volunteers.get_volunteer(actor=person, community=community, volunteer_id=volunteer_id)
    purpose = f"own:{volunteer.id}"
    page = service.list_own(volunteer=volunteer.id, cursor=paging.opened(purpose))
    return render_template(
        "activities/staff/of_volunteer.html",
        volunteer=volunteer,
        page=page,
        after=paging.seal(page.cursor, purpose),
        states=domain.STATE_LABELS,
        community=community,
        may_submit=volunteer.serving and person.has(*domain.SUBMITTERS),
    )


@blueprint.get("/new")
@access.staff(*domain.SUBMITTERS)
def new_record() -> Answer:
    """Ask what was served."""
    today = period.local_day(clock.now()).isoformat()
    form = forms.RecordForm(data={"volunteer": request.args.get("volunteer", ""), "served_on": today, "attended": "1"})
    return _form_page(form)


@blueprint.post("/new")
@access.staff(*domain.SUBMITTERS)
def send_record() -> Answer:
    """Write a service down; what is wrong is said beside what was typed."""
    form = forms.RecordForm(request.form)
    form.volunteer.choices = _choices()
    if not form.validate():
        return _form_page(form, fields.faults(form), 422)
    try:
        record = service.submit_record(draft=form.draft(community=_community()), actor=access.person(), now=clock.now())
    except Invalid as error:
        return _form_page(form, dict.fromkeys(error.fields, errors.sentence(error)), 422)
    except (Refused, Conflict) as error:
        return _form_page(form, {"starts": errors.sentence(error)}, errors.status_of(error))
    return redirect(f"/staff/records/{record.id}", 303)


@blueprint.get("/<record_id>")
@access.staff(*domain.LOOKERS)
def view_record(record_id: str) -> Answer:
    """Show one record with the moves this colleague may make."""
    return _page(record_id)


@blueprint.post("/<record_id>/<any(confirm,void):name>")
@access.staff(*domain.CONFIRMERS)
def move(record_id: str, name: str) -> Answer:
    """Confirm or void. A stale page shows what is true now and keeps the reason that was typed."""
    form = forms.DecisionForm(request.form)
    if not form.validate():
        return _page(record_id, form, fields.faults(form), 422)
    try:
        _move(record_id, name, form)
    except NotFound:
        raise
    except PortalError as error:
        return _page(record_id, form, {"reason": errors.sentence(error)}, errors.status_of(error))
    return redirect(f"/staff/records/{record_id}", 303)


def _move(record_id: str, name: str, form: Any) -> None:
    person, version, now = access.person(), form.version.number, clock.now()
    if name == "confirm":
        service.confirm_record(actor=person, record_id=record_id, version=version, now=now)
    else:
        service.void_record(actor=person, record_id=record_id, version=version, reason=form.reason.data, now=now)


def _page(record_id: str, form: Any = None, faults: dict[str, str] | None = None, status: int = 200) -> tuple[str, int]:
    person = access.person()
    record = service.get_record(actor=person, record_id=record_id)
    return render_template(
        "activities/staff/view.html",
        record=record,
        lines=[(line, datetime.fromisoformat(line["at"])) for line in reversed(record.history)],
        form=form or forms.DecisionForm(),
        faults=faults or {},
        moves=workflow.allowed(domain.MOVES, state=record.state, actor=person, deed=record),
        state=domain.STATE_LABELS[record.state],
        words=domain.EVENT_LABELS,
        waits_for_another=record.state == domain.State.SUBMITTED and person.id == record.submitted_by,
    ), status


def _form_page(form: Any, faults: dict[str, str] | None = None, status: int = 200) -> tuple[str, int]:
    community = _community()
    return render_template(
        "activities/staff/new.html",
        form=form,
        faults=faults or {},
        choices=_choices(),
        attended=forms.ATTENDED,
        stars=forms.STARS,
        rules=service.rules_of(community=community, now=clock.now()),
        community=community,
    ), status


def _choices() -> list[tuple[str, str]]:
    found = volunteers.list_serving(actor=access.person(), community=_community())
    return [(each.id, f"{each.name} {each.phone_masked}") for each in found]


def _month() -> Month:
    try:
        return Month.parse(request.args.get("month", ""))
    except ValueError:
        return Month.of(clock.now())


def _community() -> str:
    asked, default = request.args.get("community", ""), current_app.extensions["yizhan"].community
    return people.pick_community(actor=access.person(), asked=asked, default=default)
