"""No template is dead, and none escapes from escaping."""

import re

from tests.project.test_layout import FILES, ROOT, read, short

TEMPLATES = [path for path in FILES if path.suffix == ".html" and path.is_relative_to(ROOT / "templates")]


def test_every_template_was_rendered(templates_rendered: set[str]) -> None:
    """Runs last: every page, partial and macro file was drawn by some test of this session."""
    assert {str(path.relative_to(ROOT / "templates")) for path in TEMPLATES} - templates_rendered == set()


def test_no_template_switches_escaping_off() -> None:
    assert [short(path) for path in TEMPLATES if re.search(r"\|\s*safe\b|autoescape\s+false", read(path))] == []


def test_no_template_holds_a_style_or_script_of_its_own() -> None:
    """The content security policy knows the one style sheet of base.html; any other would be dead in every browser."""
    own = re.compile(r"<style>(?!\{\{ inline_css \}\})|<style |\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)")

    assert [short(path) for path in TEMPLATES if own.search(read(path))] == []


def test_every_form_that_posts_carries_its_token() -> None:
    forms = [(path, form) for path in TEMPLATES for form in re.findall(r"<form(?:.|\n)*?</form>", read(path))]
    posts = [(short(path), form) for path, form in forms if re.search(r"method=\"post\"", form, re.IGNORECASE)]

    assert posts
    assert [path for path, form in posts if not re.search(r"csrf_token|token\(\)", form)] == []


def test_no_template_is_longer_than_three_screens() -> None:
    assert [short(path) for path in TEMPLATES if len(read(path).splitlines()) > 150] == []
