"""Administrators look after their colleagues: who works here, as what, and who has left."""

from typing import Any

from flask import redirect, render_template, request

from portal import clock, fields, workflow
from portal.accounts import domain, forms, service
from portal.accounts.staff_routes.pages import Page, blueprint
from portal.errors import Conflict, Invalid
from portal.web import access, errors, paging
from portal.workflow import Role

_PURPOSE = "people"


@blueprint.get("/people")
@access.staff(Role.COMMUNITY_ADMIN, Role.AUDITOR)
def list_people() -> Page:
    """List the staff of one's scope."""
    found = service.list_staff(actor=access.person(), cursor=paging.opened(_PURPOSE))
    after = paging.seal(found.cursor, _PURPOSE)
    return render_template("accounts/staff/people.html", people=found.items, after=after, role_names=domain.ROLE_NAMES)


@blueprint.get("/people/new")
@access.staff(Role.COMMUNITY_ADMIN)
def new_person_form() -> Page:
    """Show the form for a new colleague."""
    return _new_person(forms.NewStaffForm(scope=access.person().scope))


@blueprint.post("/people/new")
@access.staff(Role.COMMUNITY_ADMIN)
@access.no_store
def add_person() -> Page:
    """Add a colleague and show the temporary password, once."""
    form = forms.NewStaffForm(request.form)
    if not form.validate():
        return _new_person(form, faults=fields.faults(form), status=422)
    try:
        staff, password = service.add_staff(actor=access.person(), draft=form.draft(), now=clock.now())
    except domain.UsernameTaken as error:
        return _new_person(form, faults={"username": errors.sentence(error)}, status=409)
    except Invalid as error:
        return _new_person(form, faults=error.fields, status=422)
    return render_template("accounts/staff/password.html", username=staff.username, password=password)


@blueprint.get("/people/<username>")
@access.staff(Role.COMMUNITY_ADMIN, Role.AUDITOR)
def view_person(username: str) -> Page:
    """Show a colleague's account, its history, and what may be done to it."""
    staff = service.get_staff(actor=access.person(), username=username)
    return _person(staff, forms.ChangeForm(roles=staff.roles, scope=staff.scope, desks=" ".join(staff.desks)))


@blueprint.post("/people/<username>/roles")
@access.staff(Role.COMMUNITY_ADMIN)
def change_roles(username: str) -> Page:
    """Give a colleague other roles, scope or desks; they sign in again."""
    actor = access.person()
    form = forms.ChangeForm(request.form)
    if not form.validate():
        return _person(service.get_staff(actor=actor, username=username), form, faults=fields.faults(form), status=422)
    try:
        staff = service.change_roles(
            actor=actor,
            username=username,
            version=form.version.number or 0,
            roles=form.roles.data,
            scope=form.scope.data,
            desks=form.desks.keys,
            now=clock.now(),
        )
    except Invalid as error:
        return _person(service.get_staff(actor=actor, username=username), form, faults=error.fields, status=422)
    except Conflict as error:
        staff = service.get_staff(actor=actor, username=username)
        return _person(staff, form, faults={"roles": errors.sentence(error)}, status=409)
    return redirect(f"/staff/people/{staff.username}", 303)


@blueprint.post("/people/<username>/<any(reset_password,reset_second_factor,leave,return):act>")
@access.staff(Role.COMMUNITY_ADMIN)
@access.no_store
def act_on_person(username: str, act: str) -> Page:
    """Reset a colleague's password or second factor, close their account, or open it again."""
    form = forms.ActForm(request.form)
    if not form.validate():
        raise Invalid(fields=fields.faults(form))
    named: dict[str, Any] = {"actor": access.person(), "username": username, "version": form.version.number}
    if act in _WITH_PASSWORD:
        password = _WITH_PASSWORD[act](**named, now=clock.now())
        return render_template("accounts/staff/password.html", username=username, password=password)
    _ACTS[act](**named, now=clock.now())
    return redirect(f"/staff/people/{username}", 303)


_WITH_PASSWORD = {"reset_password": service.reset_password, "return": service.return_staff}
_ACTS = {"reset_second_factor": service.reset_second_factor, "leave": service.leave}


def _new_person(form: Any, *, faults: dict[str, str] | None = None, status: int = 200) -> Page:
    page = render_template(
        "accounts/staff/new_person.html", form=form, faults=faults or {}, role_names=domain.ROLE_NAMES
    )
    return page, status


def _person(staff: domain.Staff, form: Any, *, faults: dict[str, str] | None = None, status: int = 200) -> Page:
    page = render_template(
        "accounts/staff/person.html",
        staff=staff,
        form=form,
        faults=faults or {},
        acts=workflow.allowed(domain.ACTS, state=staff.state, actor=access.person(), deed=staff),
        history=domain.history_words(entries=staff.history),
        role_names=domain.ROLE_NAMES,
    )
    return page, status
