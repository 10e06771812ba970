"""Chinese first, English on request; three text sizes. Both choices live in a cookie and need no JavaScript."""

from typing import Any

from flask import Flask, Response, redirect, request
from flask_babel import Babel
from werkzeug.wrappers import Response as BaseResponse

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
SIZES = ("1", "2", "3")
_YEAR = 365 * 24 * 3600


def init(app: Flask, translations: str) -> None:
    """Choose language and text size on every request."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = translations
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES["zh"]
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    Babel(app, locale_selector=lambda: LANGUAGES[language()])
    app.before_request(_choose)
    app.after_request(_vary)
    app.context_processor(lambda: {"lang": language(), "size": size(), "next_size": _next_size(), "other": other_link})


def language() -> str:
    """Return `zh` unless the reader chose English or the browser prefers it."""
    chosen = request.cookies.get("lang")
    if chosen in LANGUAGES:
        return chosen
    preferred = request.accept_languages.best_match(["zh", "zh-CN", "en"])
    return "en" if preferred == "en" else "zh"


def size() -> str:
    """Return `1`, `2` or `3`: 18, 23 or 30 px."""
    chosen = request.cookies.get("size", "1")
    return chosen if chosen in SIZES else "1"


def _next_size() -> str:
    return SIZES[(SIZES.index(size()) + 1) % len(SIZES)]


def other_link(**changes: str) -> str:
    """Return this page's address with a choice of language or size added; a secret in the link stays."""
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name not in {"lang", "size"}}
    from urllib.parse import urlencode  # noqa: PLC0415 - used by this one link

    return f"?{urlencode({**kept, **changes})}"


def _choose() -> BaseResponse | None:
    if request.method != "GET":
        return None
    asked = {name: request.args[name] for name in ("lang", "size") if name in request.args}
    if not asked:
        return None

    rest = other_link()
    answer = redirect(request.path + (rest if rest != "?" else ""), 303)
    for name, value in asked.items():
        if value in (LANGUAGES if name == "lang" else SIZES):
            answer.set_cookie(name, value, max_age=_YEAR, path="/", samesite="Lax", httponly=True)
    return answer


def _vary(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(("Cookie", "Accept-Language"))
        response.content_language.add("en" if language() == "en" else "zh-CN")
    return response
