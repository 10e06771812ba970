"""Sign-in, sign-out, and one's own password and second factor."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, redirect, render_template, request, session
from flask_babel import gettext
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from portal import clock, fields
from portal.accounts import domain, forms, qr, service
from portal.accounts.staff_routes.pages import Page, blueprint
from portal.errors import Invalid, TooMany
from portal.web import access, errors
from portal.workflow import Actor

HOME = "/staff"


@blueprint.get("/sign-in")
@access.public
@access.no_store
def sign_in_form() -> Page:
    """Show the door, or go through when already signed in."""
    return redirect(_next_page(), 303) if access.actor() else _door(forms.SignInForm())


@blueprint.post("/sign-in")
@access.public
@access.no_store
def sign_in() -> Page:
    """Open a session. Whatever was wrong, the answer is the same."""
    form = forms.SignInForm(request.form)
    if not form.validate():
        return _door(form, faults=fields.faults(form), status=422)
    try:
        token, actor = service.sign_in(
            username=form.username.data,
            password=form.password.data,
            code=form.code.data,
            address=access.address(),
            now=clock.now(),
            totp_required=_settings().totp_required,
        )
    except TooMany as error:
        return _door(form, faults={"username": _wait(error)}, status=429, retry_after=error.retry_after)
    except domain.SignInRefused as error:
        return _door(form, faults={"username": errors.sentence(error)}, status=403)
    return _welcome(token, actor, _next_page())


@blueprint.post("/sign-out")
@access.public
def sign_out() -> Page:
    """End the session on the server and forget it here."""
    token = access.token()
    if token:
        service.end_session(token=token)
    session.clear()
    response = redirect("/staff/sign-in", 303)
    access.forget(response)
    return response


@blueprint.get("/account")
@access.entering
@access.no_store
def account() -> Page:
    """Show one's own account, and what is left to do at the door."""
    return _account(forms.PasswordForm())


@blueprint.post("/account/password")
@access.entering
@access.no_store
def change_password() -> Page:
    """Change one's own password and stay signed in, here alone."""
    form = forms.PasswordForm(request.form)
    if not form.validate():
        return _account(form, faults=fields.faults(form), status=422)
    try:
        token, actor = service.change_password(
            actor=access.person(),
            password=form.password.data,
            new_password=form.new_password.data,
            address=access.address(),
            now=clock.now(),
            totp_required=_settings().totp_required,
        )
    except TooMany as error:
        return _account(form, faults={"password": _wait(error)}, status=429)
    except domain.SignInRefused:
        return _account(form, faults={"password": gettext("现在的密码不对，请再试一次")}, status=422)
    except Invalid as error:
        return _account(form, faults=error.fields, status=422)
    return _welcome(token, actor, "/staff/account?saved=1")


@blueprint.get("/account/second-factor")
@access.entering
@access.no_store
def second_factor() -> Page:
    """Show the QR that an authenticator app reads."""
    return _second_factor(forms.SecondFactorForm())


@blueprint.post("/account/second-factor")
@access.entering
@access.no_store
def enrol_second_factor() -> Page:
    """Keep the second factor once a code shows that the app has it."""
    form = forms.SecondFactorForm(request.form)
    if not form.validate():
        return _second_factor(form, faults=fields.faults(form), status=422)
    try:
        token, actor = service.enrol_second_factor(
            actor=access.person(),
            secret=form.secret.data,
            code=form.code.data,
            now=clock.now(),
            totp_required=_settings().totp_required,
        )
    except Invalid as error:
        return _second_factor(form, faults=error.fields, status=422)
    return _welcome(token, actor, "/staff/account?saved=1")


def _door(form: Any, *, faults: dict[str, str] | None = None, status: int = 200, retry_after: int = 0) -> Page:
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return render_template("accounts/staff/sign_in.html", form=form, faults=faults or {}), status, headers


def _wait(error: TooMany) -> str:
    return str(gettext("试的次数太多了，请等 %(minutes)d 分钟再试。", minutes=-(-error.retry_after // 60)))


def _welcome(token: str, actor: Actor, page: str) -> Response:
    """Hand over the new session and drop the old one, with all the browser's form tokens: none may be planted."""
    before = access.token()
    if before:
        service.end_session(token=before)
    session.clear()
    response = redirect(page if actor.roles else "/staff/account", 303)
    access.remember(response, token, service.STAFF_SESSION)
    return response


def _next_page() -> str:
    """Return the page that was asked for, if it is one of our own staff pages."""
    target = access.local_path(request.args.get("next"), HOME)
    path = urlsplit(target).path
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return HOME
    return target if path.startswith("/staff/") and path != "/staff/sign-in" else HOME


def _account(form: Any, *, faults: dict[str, str] | None = None, status: int = 200) -> Page:
    staff = service.get_own(actor=access.person())
    needs_factor = _settings().totp_required and not staff.second_factor
    page = render_template(
        "accounts/staff/account.html",
        staff=staff,
        form=form,
        faults=faults or {},
        needs_factor=needs_factor,
        role_names=domain.ROLE_NAMES,
    )
    return page, status


def _second_factor(form: Any, *, faults: dict[str, str] | None = None, status: int = 200) -> Page:
    actor = access.person()
    if service.get_own(actor=actor).second_factor:
        return redirect("/staff/account", 303)
    kept = "" if "secret" in (faults or {}) else form.secret.data or ""
    secret, link = service.new_enrolment(actor=actor, issuer=_settings().brand, secret=kept)
    path, side = qr.svg_path(link)
    named = {"form": form, "faults": faults or {}, "secret": secret, "link": link, "path": path, "side": side}
    return render_template("accounts/staff/second_factor.html", **named), status


def _settings() -> Any:
    return current_app.extensions["yizhan"]
