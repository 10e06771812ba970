"""Forms must come from our own pages: a token of the browser's session, and the browser's word on the origin."""

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import Forbidden

_SECRET_FIELDS = frozenset({"csrf_token", "password", "code", "new_password"})
_protect = CSRFProtect()


def init(app: Flask) -> None:
    """Check every form. Tokens have no time limit of their own: people leave pages open."""
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["WTF_CSRF_SSL_STRICT"] = False  # WeChat drops Referer; Sec-Fetch-Site is checked below instead
    app.before_request(_same_site)
    _protect.init_app(app)
    app.register_error_handler(CSRFError, _again)


def exempt(view: str) -> None:
    """Let machines post to a view that uses no cookie."""
    _protect.exempt(view)


def _same_site() -> None:
    if request.method == "POST" and _comes_from_elsewhere():
        raise Forbidden


def _comes_from_elsewhere() -> bool:
    """Tell whether the browser says so; older ones say only from which origin, and the oldest nothing."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site:
        return site in {"cross-site", "same-site"}
    return origin is not None and origin.rpartition("//")[2] != request.host


def _again(_error: CSRFError) -> tuple[str, int]:
    """Offer what was typed once more, with a fresh token: a lost cookie must not lose a report."""
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in _SECRET_FIELDS]
    return render_template("errors/again.html", kept=kept), 400
