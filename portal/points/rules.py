"""The points rules in force: `rules.toml` as rule books, and each rule in words a person understands."""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from portal.errors import N_
from portal.points.domain import Kind, Rule, RuleBook

NAMES = {
    "P02": N_("反映的问题被立案"),
    "P03": N_("反映的问题办结并通过核查"),
    "P06": N_("给办理结果打分"),
    "P07": N_("志愿服务"),
    "P19": N_("获得月度激励"),
}
"""What each rule is called."""

HOW = {
    "P02": N_("每件被立案的问题计 %(points)s 分，每天最多 %(day)s 分，每月最多 %(month)s 分。"),
    "P03": N_("每件办结并通过核查的问题计 %(points)s 分，每天最多 %(day)s 分，每月最多 %(month)s 分。"),
    "P06": N_("每次打分计 %(points)s 分，打高打低都一样，每天最多 %(day)s 分，每月最多 %(month)s 分。"),
    "P07": N_(
        "每满 %(minutes)s 分钟计 %(points)s 分，乘以服务系数后去掉小数；每天最多 %(day)s 分，每月最多 %(month)s 分。"
    ),
    "P19": N_("每次获得月度激励计 %(points)s 分，不受每天和每月上限限制。"),
}
"""How each rule counts; its numbers come from the rule book."""


@cache
def books() -> tuple[RuleBook, ...]:
    """Return every rule book that ever was in force, the oldest first."""
    text = files("portal.points").joinpath("rules.toml").read_text(encoding="utf-8")
    return tuple(sorted(map(_book, tomllib.loads(text)["book"]), key=lambda book: book.effective_from))


def book_on(day: date) -> RuleBook:
    """Return the rules in force on a day of the community."""
    return [book for book in books() if book.effective_from <= day][-1]


def explain(rule: str, version: str) -> tuple[str, dict[str, int | None]]:
    """Return how a rule counted under a version of the book: a sentence and the numbers in it."""
    line = next(book for book in books() if book.version == version).rules[rule]
    return HOW[rule], {
        "points": line.points,
        "minutes": line.minutes,
        "day": line.day_cap,
        "month": line.month_cap,
    }


def _book(raw: dict[str, Any]) -> RuleBook:
    return RuleBook(
        version=raw["version"],
        effective_from=raw["effective_from"],
        day_cap=raw["day_cap"],
        month_cap=raw["month_cap"],
        barred_categories=tuple(raw["barred_categories"]),
        rules={line["code"]: Rule(**line | {"kind": Kind(line.get("kind", "earn"))}) for line in raw["rule"]},
    )
