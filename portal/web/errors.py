"""Every error as a page in plain words: what happened, what was kept, what to do next. Never a stack trace."""

import logging

from flask import Flask, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from portal.errors import N_, Busy, Conflict, Invalid, NotFound, PortalError, Refused, TooMany

log = logging.getLogger(__name__)

STATUS: tuple[tuple[type[PortalError], int], ...] = (
    (NotFound, 404),
    (TooMany, 429),
    (Refused, 403),
    (Conflict, 409),
    (Invalid, 422),
    (Busy, 503),
)
TITLES = {
    400: N_("这次请求没能读懂"),
    403: N_("这一步不能做"),
    404: N_("没有找到"),
    405: N_("没有这样的操作"),
    409: N_("内容刚刚变了"),
    410: N_("这里已经停用"),
    413: N_("内容太大了"),
    422: N_("有内容需要修改"),
    429: N_("请稍等一会儿"),
    500: N_("系统出了点问题"),
    503: N_("系统正忙"),
}
WORDS = {
    400: N_("请返回上一页再试一次。您填写的内容没有被保存。"),
    403: N_("请从本站页面打开，不要从别的网站跳转过来提交。"),
    404: N_("请检查网址或查询码有没有写错。"),
    405: N_("请返回上一页，用页面上的按钮操作。"),
    413: N_("请删掉一些文字再提交。没有保存任何内容。"),
    500: N_("不是您的问题。请过一会儿再试，或者直接打社区电话。"),
}


def init(app: Flask) -> None:
    """Give every family of error its page."""
    app.register_error_handler(PortalError, _portal)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def status_of(error: PortalError) -> int:
    """Return the HTTP status of an error's family."""
    return next((status for family, status in STATUS if isinstance(error, family)), 500)


def sentence(error: PortalError) -> str:
    """Return what an error says, in the page's language."""
    return str(gettext(error.says, **error.data))


def _portal(error: PortalError) -> tuple[str, int, dict[str, str]]:
    status = status_of(error)
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, (TooMany, Busy)) else {}
    fields = getattr(error, "fields", {})
    return _page(status, sentence(error), fields), status, headers


def _http(error: HTTPException) -> tuple[str, int, dict[str, str]] | HTTPException:
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error
    allow = {"Allow": ", ".join(getattr(error, "valid_methods", None) or [])} if status == 405 else {}
    return _page(status, gettext(WORDS.get(status, WORDS[400])), {}), status, allow


def _unforeseen(error: Exception) -> tuple[str, int]:
    """Log where it broke, not what was sent: a message may hold a person's data."""
    log.error("unforeseen %s at %s", type(error).__name__, request.endpoint, exc_info=_bare(error))
    return _page(500, gettext(WORDS[500]), {}), 500


def _bare(error: Exception) -> Exception:
    """Return an error with its trace and without its message."""
    return Exception(type(error).__name__).with_traceback(error.__traceback__)


def _page(status: int, says: str, fields: dict[str, str]) -> str:
    title = gettext(TITLES.get(status, TITLES[400]))
    return render_template("errors/error.html", status=status, title=title, says=says, fields=fields)
