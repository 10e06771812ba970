"""Staff look after volunteers: who waits to be checked, who serves, and one person's page."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from portal import clock, fields, period, workflow
from portal.areas import service as areas
from portal.errors import Conflict, Invalid, NotFound
from portal.volunteers import domain, forms, service
from portal.web import access, errors, paging

blueprint = Blueprint("volunteers_staff", __name__, url_prefix="/staff/volunteers")

Answer = str | Response | tuple[str, int]


@blueprint.get("")
@access.staff(*domain.LOOKERS)
def list_volunteers() -> Answer:
    """List a community's volunteers of one state."""
    state = request.args.get("state", domain.State.APPLIED)
    if state not in domain.STATE_LABELS:
        abort(404)
    community = _community()
    purpose = f"volunteers:{community}:{state}"
    page = service.list_volunteers(
        actor=access.person(), community=community, state=state, cursor=paging.opened(purpose)
    )
    return render_template(
        "volunteers/staff/list.html",
        page=page,
        after=paging.seal(page.cursor, purpose),
        state=state,
        states=domain.STATE_LABELS,
        kinds=domain.KIND_LABELS,
        grids=_grids(community),
        community=community,
    )


@blueprint.get("/<volunteer_id>")
@access.staff(*domain.LOOKERS)
@access.no_store
def view_volunteer(volunteer_id: str) -> Answer:
    """Show one volunteer with the moves this colleague may make."""
    return _page(volunteer_id)


@blueprint.post("/<volunteer_id>/<any(verify,reject,suspend,reinstate,release):name>")
@access.staff(*domain.DECIDERS)
@access.no_store
def move(volunteer_id: str, name: str) -> Answer:
    """Make one move. A stale page shows what is true now and keeps the reason that was typed."""
    form = forms.MoveForm(request.form)
    if not form.validate():
        return _page(volunteer_id, form=form, faults=fields.faults(form), status=422)
    try:
        service.move_volunteer(
            actor=access.person(),
            community=_community(),
            volunteer_id=volunteer_id,
            name=name,
            version=form.version.number,
            reason=form.reason.data,
            now=clock.now(),
        )
    except Invalid as error:
        faults = dict.fromkeys(error.fields, errors.sentence(error))
        return _page(volunteer_id, form=form, faults=faults, status=422)
    except Conflict as error:
        return _page(volunteer_id, form=form, faults={"reason": errors.sentence(error)}, status=409)
    return redirect(f"/staff/volunteers/{volunteer_id}?community={_community()}", 303)


@blueprint.post("/<volunteer_id>/phone")
@access.staff(*domain.REVEALERS)
@access.no_store
def reveal_phone(volunteer_id: str) -> Answer:
    """Show the phone number once, after writing down who asked and why."""
    form = forms.RevealForm(request.form)
    if not form.validate():
        return _page(volunteer_id, faults=fields.faults(form), status=422)
    try:
        _, phone, guardian_phone = service.reveal_phones(
            actor=access.person(),
            community=_community(),
            volunteer_id=volunteer_id,
            reason=form.why.data,
            now=clock.now(),
        )
    except Invalid as error:
        return _page(volunteer_id, faults={"why": errors.sentence(error)}, status=422)
    return _page(volunteer_id, phones=(phone, guardian_phone))


def _page(
    volunteer_id: str,
    *,
    form: Any = None,
    faults: dict[str, str] | None = None,
    phones: tuple[str, str] = ("", ""),
    status: int = 200,
) -> tuple[str, int]:
    person, community = access.person(), _community()
    volunteer = service.get_volunteer(actor=person, community=community, volunteer_id=volunteer_id)
    today = period.local_day(clock.now())
    return render_template(
        "volunteers/staff/view.html",
        volunteer=volunteer,
        community=community,
        form=form or forms.MoveForm(),
        faults=faults or {},
        phones=phones,
        age=domain.age_on(birth_on=volunteer.birth_on, day=today),
        rules=service.rules_of(community=community, on=today),
        moves=workflow.allowed(domain.MOVES, state=volunteer.state, actor=person, deed=volunteer),
        may_reveal=person.has(*domain.REVEALERS),
        lines=[(line, datetime.fromisoformat(line["at"])) for line in reversed(volunteer.history)],
        words=domain.EVENT_LABELS,
        state=domain.STATE_LABELS[volunteer.state],
        kind=domain.KIND_LABELS.get(volunteer.kind, ""),
        grid=_grids(community).get(volunteer.area, volunteer.area),
    ), status


def _community() -> str:
    asked, default = request.args.get("community", ""), current_app.extensions["yizhan"].community
    return domain.pick_community(actor=access.person(), asked=asked, default=default)


def _grids(community: str) -> dict[str, str]:
    try:
        return {grid.code: grid.name for grid in areas.list_areas(parent=community)}
    except (Invalid, NotFound):
        return {}
