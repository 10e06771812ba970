"""Cursors in links: signed for the very list they belong to, so that a forged one never reaches storage."""

from typing import Any

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer

from portal.errors import N_, Invalid


class BadCursor(Invalid):
    """A page link was altered or belongs to another list."""

    says = N_("这个翻页链接失效了，请从第一页重新看。")


def seal(cursor: Any, purpose: str) -> str | None:
    """Return a cursor for a link of this list, or None when there is no next page."""
    return str(_signer(purpose).dumps(dict(cursor))) if cursor else None


def opened(purpose: str, name: str = "after") -> dict[str, str] | None:
    """Return the cursor of the request's link, or None on the first page. Raises BadCursor."""
    text = request.args.get(name)
    if not text:
        return None
    try:
        cursor: dict[str, str] = _signer(purpose).loads(text)
    except BadData:
        raise BadCursor from None
    return cursor


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"cursor:{purpose}")
