"""Every page and form of the three audiences, read from the apps themselves.

`python -m tests.project.url_map` prints the list that urls.txt keeps: look at the difference before you keep it, since
addresses stand on walls and a rule is a promise about who may open a page.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule

from portal import app as portal_app
from portal.config import Config
from portal.web import access
from tests import conftest

AUDIENCES = tuple(portal_app.BLUEPRINTS)
_IMPLIED = {"HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Route:
    """One method of one address."""

    audience: str
    method: str
    path: str
    endpoint: str
    access: access.Rule | None

    def __str__(self) -> str:
        return f"{self.audience:<9} {self.method:<4} {self.path:<88} {self.who}"

    @property
    def who(self) -> str:
        """Who may open it, in the words of urls.txt."""
        if self.access is None:
            return "nobody"
        roles = sorted(self.access.roles)
        return self.access.kind if self.access in _KINDS else f"{self.access.kind}: {', '.join(roles)}"


_KINDS = tuple(mark(lambda: None).access for mark in (access.public, access.volunteer, access.staff()))  # type: ignore[attr-defined]  # where a mark is kept


@functools.cache
def app_of(audience: str) -> Flask:
    """The app of one audience; it opens nothing until it is asked for a page."""
    return portal_app.create_app(Config.from_env(conftest.KEYS), audience)


def routes() -> Iterator[Route]:
    """Yield all routes but the files of static/."""
    for audience in AUDIENCES:
        app = app_of(audience)
        for rule in sorted(app.url_map.iter_rules(), key=str):
            if rule.endpoint != "static":
                yield from _of_rule(audience, app, rule)


def _of_rule(audience: str, app: Flask, rule: Rule) -> Iterator[Route]:
    who = getattr(app.view_functions[rule.endpoint], "access", None)
    for method in sorted((rule.methods or set()) - _IMPLIED):
        yield Route(audience, method, rule.rule, rule.endpoint, who)


if __name__ == "__main__":
    print("\n".join(str(route) for route in routes()))
