"""Keeps account of every template the session renders, for the test that asks for all of them at its very end."""

import pathlib
from typing import Any

import jinja2
import pytest

TESTS = pathlib.Path(__file__).resolve().parents[1]
LAST = "test_every_template_was_rendered"

rendered: set[str] = set()
"""Names of the templates, extended, included and imported ones too, since the session began."""
collected: set[pathlib.Path] = set()
"""The test files of this session."""

_get_template = jinja2.Environment.get_template


def _noting(self: jinja2.Environment, name: Any, *given: Any, **options: Any) -> jinja2.Template:
    template = _get_template(self, name, *given, **options)
    rendered.add(template.name or "")
    return template


jinja2.Environment.get_template = _noting  # type: ignore[method-assign]  # all of Jinja's ways lead through here


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the asking test run when all others have."""
    collected.update(item.path for item in items)
    items.sort(key=lambda item: item.name == LAST)


@pytest.fixture
def templates_rendered(request: pytest.FixtureRequest) -> set[str]:
    """What the whole session rendered; a session of only some tests cannot say."""
    missing = set(TESTS.rglob("test_*.py")) - collected
    if missing or hasattr(request.config, "workerinput"):
        pytest.skip("only a whole session in one process can tell what was never rendered")
    return rendered
