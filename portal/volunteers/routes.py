"""A person's own pages: join, sign in, see and correct their own data."""

from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import clock, fields, period
from portal.accounts import domain as doors
from portal.accounts import service as accounts
from portal.areas import domain as places
from portal.areas import service as areas
from portal.errors import Conflict, Invalid, NotFound, TooMany
from portal.stations import service as stations
from portal.volunteers import domain, forms, service
from portal.web import access, errors

blueprint = Blueprint("volunteers", __name__)

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@blueprint.get("/join")
@access.public
def join() -> Answer:
    """Show the sign-up page of a community, or the communities to choose from."""
    community = _community()
    if community is None:
        return render_template("volunteers/where.html", communities=_communities())
    return _join_page(community, forms.JoinForm(), {})


@blueprint.post("/join")
@access.public
def send_join() -> Answer:
    """Take an application. A known number is answered like a new one: nobody learns who is a member."""
    community = _community()
    if community is None:
        abort(404)
    now = clock.now()
    form = forms.JoinForm(request.form)
    form.area.choices = _grids(community)
    try:
        service.limit_joins(community=community.code, address=access.address(), now=now)
        if not form.validate():
            return _join_page(community, form, fields.faults(form), 422)
        version = service.rules_of(community=community.code, on=period.local_day(now)).consent_version
        service.apply(draft=form.draft(community=community.code, consent_version=version), now=now)
    except Invalid as error:
        return _join_page(community, form, dict.fromkeys(error.fields, errors.sentence(error)), 422)
    except TooMany as error:
        page, _ = _join_page(community, form, {"name": errors.sentence(error)}, 429)
        return page, 429, {"Retry-After": str(error.retry_after)}
    except domain.AlreadyJoined:
        pass
    return redirect("/join/thanks", 303)


@blueprint.get("/join/thanks")
@access.public
def thanks() -> str:
    """Say what comes next."""
    return render_template("volunteers/thanks.html")


@blueprint.get("/sign-in")
@access.public
@access.no_store
def sign_in() -> Answer:
    """Ask for the phone number."""
    return render_template("volunteers/sign_in.html", form=forms.PhoneForm(), faults={}, next=_next())


@blueprint.post("/sign-in")
@access.public
@access.no_store
def send_sign_in() -> Answer:
    """Send a code to the number, or take the code that came."""
    return _take_code() if "code" in request.form else _send_code()


def _send_code() -> Answer:
    form = forms.PhoneForm(request.form)
    if not form.validate():
        faults = fields.faults(form)
        return render_template("volunteers/sign_in.html", form=form, faults=faults, next=_next()), 422
    service.request_code(phone=form.phone.data, address=access.address(), now=clock.now())
    code = forms.CodeForm(data={"phone": form.phone.data})
    return render_template("volunteers/code.html", form=code, faults={}, next=_next())


def _take_code() -> Answer:
    form = forms.CodeForm(request.form)
    faults = {} if form.validate() else fields.faults(form)
    if not faults:
        try:
            token = service.sign_in(
                phone=form.phone.data, code=form.code.data, address=access.address(), now=clock.now()
            )
        except doors.CodeRefused as error:
            faults = {"code": errors.sentence(error)}
        else:
            answer = redirect(_next(), 303)
            access.remember(answer, token, service.SESSION)
            return answer
    return render_template("volunteers/code.html", form=form, faults=faults, next=_next()), 422


@blueprint.post("/sign-out")
@access.public
def sign_out() -> Response:
    """End the session."""
    token = access.token()
    if token:
        accounts.end_session(token=token)
    answer = redirect("/", 303)
    access.forget(answer)
    return answer


@blueprint.get("/me/profile")
@access.volunteer
@access.no_store
def profile() -> Answer:
    """Show a volunteer all we hold about them."""
    return _profile_page()


@blueprint.post("/me/profile")
@access.volunteer
@access.no_store
def choose_publication() -> Answer:
    """Store whether the name may be published."""
    form = forms.ChoiceForm(request.form)
    if not form.validate():
        return _profile_page(fields.faults(form), 422)
    try:
        service.choose_publication(
            actor=access.person(),
            publish_name=form.publish_name.data,
            version=form.version.number or 0,
            now=clock.now(),
        )
    except Conflict as error:
        return _profile_page({"publish_name": errors.sentence(error)}, 409)
    return redirect("/me/profile?saved=1", 303)


@blueprint.post("/me/profile/<any(pause,resume,exit):name>")
@access.volunteer
@access.no_store
def move(name: str) -> Answer:
    """Make one of the moves that are a volunteer's own: have a rest, come back, leave."""
    form = forms.LeaveForm(request.form) if name == "exit" else forms.MoveForm(request.form)
    if not form.validate():
        return _profile_page(fields.faults(form), 422)
    person = access.person()
    try:
        service.move_volunteer(
            actor=person,
            community=person.scope,
            volunteer_id=person.id,
            name=name,
            version=form.version.number,
            now=clock.now(),
        )
    except Conflict as error:
        return _profile_page({"sure": errors.sentence(error)}, 409)
    if name == "exit":
        return sign_out()
    return redirect("/me/profile?saved=1", 303)


def _profile_page(faults: dict[str, str] | None = None, status: int = 200) -> tuple[str, int]:
    person = access.person()
    volunteer = service.get_volunteer(actor=person, community=person.scope, volunteer_id=person.id)
    return render_template(
        "volunteers/profile.html",
        volunteer=volunteer,
        grid=_name_of(volunteer.area),
        kind=domain.KIND_LABELS.get(volunteer.kind, ""),
        state=domain.STATE_LABELS[volunteer.state],
        faults=faults or {},
    ), status


def _join_page(community: places.Area, form: Any, faults: dict[str, str], status: int = 200) -> tuple[str, int]:
    rules = service.rules_of(community=community.code, on=period.local_day(clock.now()))
    page = render_template(
        "volunteers/join.html",
        community=community,
        form=form,
        faults=faults,
        grids=_grids(community),
        kinds=forms.KINDS,
        rules=rules,
    )
    return page, status


def _community() -> places.Area | None:
    """Return the community of the placard in the link, of the link itself, or the one that opens by default."""
    placard = stations.find_placard(code=request.args["s"][:40]) if request.args.get("s") else None
    code = placard.community if placard else request.args.get("c", current_app.extensions["yizhan"].community)
    try:
        found = areas.get_area(code=code)
    except NotFound:
        return None
    return found if found.level == places.Level.COMMUNITY else None


def _communities() -> list[places.Area]:
    districts = areas.list_areas(parent="")
    streets = [street for district in districts for street in areas.list_areas(parent=district.code)]
    return [each for street in streets for each in areas.list_areas(parent=street.code)]


def _grids(community: places.Area) -> list[tuple[str, str]]:
    return [(grid.code, grid.name) for grid in areas.list_areas(parent=community.code)]


def _name_of(area: str) -> str:
    try:
        return areas.get_area(code=area).name
    except NotFound:
        return str(gettext("（网格已调整）"))


def _next() -> str:
    return access.local_path(request.values.get("next"), "/me")
