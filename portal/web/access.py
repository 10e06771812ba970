"""Who may open a page. Every view carries one rule; a view without one is refused, and a test finds it first."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask, Response, current_app, g, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from portal.errors import N_, Refused
from portal.workflow import STAFF_ROLES, Actor, Role

View = TypeVar("View", bound=Callable[..., Any])
Loader = Callable[[str], Actor | None]


class NoAccess(Refused):
    """The person is signed in, but this page belongs to other roles."""

    says = N_("这一页不归您的岗位。需要的话，请联系社区管理员。")


@dataclass(frozen=True)
class Rule:
    """Who may open a view: anyone, a volunteer, or staff who hold one of the roles."""

    kind: str
    roles: frozenset[Role] = field(default_factory=frozenset)


def public(view: View) -> View:
    """Let anyone open it."""
    return _mark(view, Rule("public"))


def volunteer(view: View) -> View:
    """Let signed-in volunteers open it."""
    return _mark(view, Rule("volunteer", frozenset({Role.VOLUNTEER})))


def staff(*roles: Role) -> Callable[[View], View]:
    """Let signed-in staff open it who hold one of the roles; no role named means all staff."""
    return lambda view: _mark(view, Rule("staff", frozenset(roles) or STAFF_ROLES))


def entering(view: View) -> View:
    """Let anyone open it whom the staff door let in, also those who must first choose a password or second factor."""
    return _mark(view, Rule("staff"))


def _mark(view: View, rule: Rule) -> View:
    view.access = rule  # type: ignore[attr-defined]  # a function carries its own rule
    return view


def init(app: Flask, *, audience: str, load: Loader) -> None:
    """Check every request of an app; `load` turns a session token into a person."""
    app.extensions["access"] = (audience, load)
    app.before_request(_enter)
    app.jinja_env.globals["may_open"] = may_open


def actor() -> Actor | None:
    """Return who is signed in, reading their session at most once a request; a token opens only its own door."""
    if "actor" not in g:
        value = token()
        audience, load = current_app.extensions["access"]
        found = load(value) if value else None
        g.actor = found if found and (found.kind == "staff") == (audience == "staff") else None
    person: Actor | None = g.actor
    return person


def person() -> Actor:
    """Return who is signed in, on a page that only signed-in people can open."""
    found = actor()
    if found is None:
        raise NoAccess
    return found


def _enter() -> BaseResponse | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    rule: Rule | None = getattr(current_app.view_functions[request.endpoint], "access", None)
    if rule is None:
        msg = f"the view {request.endpoint} says nothing of who may open it"
        raise RuntimeError(msg)
    if rule.kind == "public":
        return None
    found = actor()
    if found is None:
        door = "/staff/sign-in" if rule.kind == "staff" else "/sign-in"
        back = request.full_path.rstrip("?") if request.method == "GET" else request.path
        return redirect(f"{door}?next={quote(back)}", 303)
    if rule.kind == "staff" and rule.roles and not found.roles:
        return redirect("/staff/account", 303)
    if rule.roles and not found.has(*rule.roles):
        raise NoAccess
    return None


def may_open(path: str) -> bool:
    """Tell whether who is signed in may open a page of this app, so that no menu leads to a closed door."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    view: Any = current_app.view_functions[endpoint]
    rule: Rule = view.access
    found = actor()
    return rule.kind == "public" or (found is not None and (not rule.roles or found.has(*rule.roles)))


def cookie_name() -> str:
    """Return the session cookie's name: `__Host-` binds it to this very host where there is https."""
    audience, _ = current_app.extensions["access"]
    name = "yz-staff" if audience == "staff" else "yz-me"
    return f"__Host-{name}" if current_app.config["SESSION_COOKIE_SECURE"] else name


def token() -> str | None:
    """Return the session token the browser sent."""
    return request.cookies.get(cookie_name())


def remember(response: BaseResponse, value: str, lifetime: timedelta) -> None:
    """Set the session cookie."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(cookie_name(), value, max_age=lifetime, path="/", secure=secure, httponly=True, samesite="Lax")


def forget(response: BaseResponse) -> None:
    """Remove the session cookie."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.delete_cookie(cookie_name(), path="/", secure=secure, httponly=True, samesite="Lax")


def address() -> str:
    """Return the client's address: from the request context of Lambda, from CloudFront when it proves itself.

    Of an IPv6 address the network (/64), which one household has: within it anyone takes billions of addresses.
    """
    seen = _seen_address()
    try:
        found = ipaddress.ip_address(seen)
    except ValueError:
        return seen
    if found.version == 4:
        return seen
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False).network_address)


def _seen_address() -> str:
    settings = current_app.extensions["yizhan"]
    if settings.edge_secret and request.headers.get("X-Edge-Secret") == settings.edge_secret:
        seen = request.headers.get("CloudFront-Viewer-Address", "")
        if seen:
            return seen.rpartition(":")[0].strip("[]")
    context = request.environ.get("lambda.event", {}).get("requestContext", {})
    found = context.get("http", {}).get("sourceIp") or request.remote_addr
    return str(found or "unknown")


def local_path(target: str | None, default: str) -> str:
    """Return a path of this site to go to next, or the default for anything that could lead elsewhere."""
    if target and target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable():
        return target if "\\" not in target else default
    return default


def no_store(view: View) -> View:
    """Keep a page with a secret out of every cache."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Response:
        response = current_app.make_response(view(*args, **kwargs))
        response.headers["Cache-Control"] = "no-store"
        return response

    return wrapped  # type: ignore[return-value]  # the same view, answered with one header more
