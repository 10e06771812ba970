"""Security headers, and the stylesheet: inlined with its hash on public pages (one request less on a bad network)."""

import base64
import hashlib
from pathlib import Path

from flask import Flask, Response, request
from markupsafe import Markup

_DAY = 24 * 3600


def init(app: Flask) -> None:
    """Send the headers on every answer and give templates the stylesheet."""
    css = (Path(str(app.static_folder)) / "portal.css").read_text(encoding="utf-8")
    digest = hashlib.sha256(css.encode()).digest()
    policy = _policy(base64.b64encode(digest).decode())
    script = hashlib.sha256((Path(str(app.static_folder)) / "portal.js").read_bytes()).hexdigest()[:10]
    app.jinja_env.globals.update(
        inline_css=Markup(css),  # noqa: S704 - our own file, bound by its hash in the policy
        css_url=f"/static/portal.css?v={digest.hex()[:10]}",
        js_url=f"/static/portal.js?v={script}",
    )

    def send(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if app.config["SESSION_COOKIE_SECURE"]:
            headers.setdefault("Strict-Transport-Security", f"max-age={365 * _DAY}")
        if request.path.startswith("/static/"):
            headers["Cache-Control"] = f"public, max-age={365 * _DAY}, immutable"
            _hold(response)
        elif response.mimetype == "text/html":
            headers.setdefault("Cache-Control", "private, no-cache")
        return response

    app.after_request(send)


def _hold(response: Response) -> None:
    """Take a small file into memory, so that it is compressed like a page."""
    response.direct_passthrough = False
    body = response.get_data()
    response.close()
    response.set_data(body)


def _policy(css_hash: str) -> str:
    return (
        f"default-src 'none'; style-src 'self' 'sha256-{css_hash}'; script-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
