"""Staff decide the monthly award: the months, one month with all its numbers, and its moves."""

from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock, fields
from portal.awards import domain, forms, service
from portal.errors import Conflict, Invalid
from portal.period import Month
from portal.volunteers import domain as people
from portal.web import access, errors
from portal.workflow import Role

blueprint = Blueprint("awards_staff", __name__, url_prefix="/staff/awards")

Answer = Response | tuple[str, int]
_DECIDERS = (Role.COMMUNITY_ADMIN, Role.SECOND_APPROVER)
_MOVES = {
    "decide": service.decide_round,
    "publicise": service.publicise_round,
    "publish": service.publish_round,
    "recall": service.recall_round,
    "cancel": service.cancel_round,
}


@blueprint.get("")
@access.staff(*_DECIDERS, Role.AUDITOR)
def list_months() -> str:
    """List the last twelve months with the state of their awards."""
    community = _community()
    months = service.list_months(actor=access.person(), community=community, now=clock.now())
    return render_template("awards/staff/months.html", months=months, labels=domain.STATE_LABELS, community=community)


@blueprint.get("/<month>")
@access.staff(*_DECIDERS, Role.AUDITOR)
@access.no_store
def view_month(month: str) -> Answer:
    """Show a month: every score with what stands behind it, the shortlist, and what may be done next."""
    return _page(_month(month))


@blueprint.post("/<month>/open")
@access.staff(Role.COMMUNITY_ADMIN)
def open_round(month: str) -> Answer:
    """Freeze the month's scores and begin."""
    asked = _month(month)
    try:
        service.open_round(actor=access.person(), community=_community(), month=asked, now=clock.now())
    except Conflict as error:
        return _page(asked, note=errors.sentence(error), status=409)
    return _back(asked)


@blueprint.post("/<month>/propose")
@access.staff(*_DECIDERS)
def propose(month: str) -> Answer:
    """Propose who is honoured."""
    form = forms.ProposalForm(request.form)
    return _move(_month(month), form, service.propose_round, winners=form.winners.data, reason=form.reason.data)


@blueprint.post("/<month>/<any(decide,publicise,publish):name>")
@access.staff(*_DECIDERS)
def move(month: str, name: str) -> Answer:
    """Make a move that says all by its name."""
    return _move(_month(month), forms.MoveForm(request.form), _MOVES[name])


@blueprint.post("/<month>/<any(recall,cancel):name>")
@access.staff(*_DECIDERS)
def move_with_reason(month: str, name: str) -> Answer:
    """Take the list back, or give no award: both need a reason."""
    form = forms.ReasonForm(request.form)
    return _move(_month(month), form, _MOVES[name], reason=form.reason.data)


def _move(month: Month, form: Any, make: Any, **values: Any) -> Answer:
    """Make a move; on a fault or a stale page show the month as it is now, with what was typed."""
    if not form.validate():
        return _page(month, form=form, faults=fields.faults(form), status=422)
    asked = {"community": _community(), "month": month, "version": form.version.number}
    try:
        make(actor=access.person(), now=clock.now(), **asked, **values)
    except Invalid as error:
        return _page(month, form=form, faults=error.fields, status=422)
    except Conflict as error:
        return _page(month, form=form, note=errors.sentence(error), status=409)
    return _back(month)


def _page(
    month: Month, *, form: Any = None, faults: dict[str, str] | None = None, note: str = "", status: int = 200
) -> tuple[str, int]:
    person = access.person()
    shown = service.view_round(actor=person, community=_community(), month=month, now=clock.now())
    chosen = getattr(form, "winners", None)
    picked = chosen.data if chosen else [each.candidate.volunteer for each in shown.shortlist[: shown.quota]]
    return render_template(
        "awards/staff/month.html",
        view=shown,
        can={move.name: move for move in shown.moves},
        picked=picked,
        reason=form.reason.data if form and "reason" in form else "",
        faults=faults or {},
        note=note,
        words=domain,
    ), status


def _back(month: Month) -> Response:
    return redirect(url_for("awards_staff.view_month", month=str(month), community=_community()), 303)


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        abort(404)


def _community() -> str:
    default = current_app.extensions["yizhan"].community
    return people.pick_community(actor=access.person(), asked=request.args.get("community", ""), default=default)
