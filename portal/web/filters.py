"""How values look on a page: times in Beijing time, codes in groups, icons as inline SVG."""

from collections.abc import Mapping
from datetime import date, datetime

from flask import Flask
from flask_babel import get_locale, gettext
from lucide.jinja import lucide
from markupsafe import Markup

from portal import ids, period, privacy, workflow


def init(app: Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.filters.update(
        when=when,
        day=day,
        clock=clock_time,
        code4=code4,
        mask_name=privacy.mask_name,
        hours=hours,
        signed=signed,
        say=say,
        doer=doer,
        without_after=without_after,
    )
    app.jinja_env.globals.update(icon=icon)


def when(instant: datetime | None) -> str:
    """Write `11月22日 18:00` or `22 Nov, 18:00`, in Beijing time."""
    if instant is None:
        return ""
    local = instant.astimezone(period.SHANGHAI)
    return f"{local:%-d %b, %H:%M}" if _english() else f"{local.month}月{local.day}日 {local:%H:%M}"


def day(value: date | datetime | None) -> str:
    """Write `2026年11月22日` or `22 Nov 2026`."""
    if value is None:
        return ""
    local = value.astimezone(period.SHANGHAI).date() if isinstance(value, datetime) else value
    return f"{local:%-d %b %Y}" if _english() else f"{local.year}年{local.month}月{local.day}日"


def _english() -> bool:
    return str(get_locale()) == "en"


def clock_time(instant: datetime) -> str:
    """Write `18:00`."""
    return f"{instant.astimezone(period.SHANGHAI):%H:%M}"


def code4(code: str) -> str:
    """Write a reference as `NX7K-42QM`."""
    return f"{code[:4]}-{code[4:]}" if len(code) == len("NX7K42QM") and set(code) <= set(ids.ALPHABET) else code


def hours(minutes: int) -> str:
    """Write minutes as `2 小时 30 分`."""
    whole, rest = divmod(minutes, 60)
    if not whole:
        return str(gettext("%(rest)d 分钟", rest=rest))
    if not rest:
        return str(gettext("%(whole)d 小时", whole=whole))
    return str(gettext("%(whole)d 小时 %(rest)d 分", whole=whole, rest=rest))


def signed(points: int) -> str:
    """Write points as `+5` or `−5`."""
    return f"+{points}" if points >= 0 else f"−{-points}"


def say(sentence: object) -> str:
    """Translate a sentence that was written where no request was at hand."""
    return str(gettext(str(sentence))) if sentence else ""


def doer(role: str, person: str) -> str:
    """Write who did something: the role in words, and a colleague's username, so that two of one role stay apart."""
    words = say(workflow.ROLE_NAMES.get(role, role))
    return f"{words} {person.removeprefix('staff:')}" if person.startswith("staff:") else words


def icon(name: str, size: str = "ic") -> Markup:
    """Return an icon of the lucide set as inline SVG, hidden from screen readers."""
    return Markup(lucide(name, size=None, **{"class": size, "aria-hidden": "true"}))  # noqa: S704 - SVG of a pinned package


def without_after(args: Mapping[str, str]) -> dict[str, str]:
    """Return a list's filters without its cursor, for the link to the next page."""
    return {name: value for name, value in args.items() if name != "after"}
