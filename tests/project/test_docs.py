"""What the documents say is so: settings, links, commands."""

import pathlib
import re
from dataclasses import fields

import pytest

from portal.config import Config
from tests.project.test_layout import FILES, ROOT, short

DOCUMENTS = [path for path in FILES if path.suffix == ".md"]
READMES = [ROOT / name for name in ("README.md", "README.zh-CN.md")]


@pytest.mark.parametrize("readme", READMES, ids=short)
def test_the_readme_lists_every_setting_with_its_default(readme: pathlib.Path) -> None:
    rows = re.findall(r"^\| `YIZHAN_(\w+)` \| (.+?) \|", readme.read_text(encoding="utf-8"), re.MULTILINE)

    assert [name for name, _ in rows] == [each.name.upper() for each in fields(Config)]
    assert [_default(shown) for _, shown in rows] == [str(each.default).lower() for each in fields(Config)]


def _default(shown: str) -> str:
    return shown.strip("`").lower() if shown.startswith("`") else ""


@pytest.mark.parametrize("document", DOCUMENTS, ids=short)
def test_every_link_to_a_file_resolves(document: pathlib.Path) -> None:
    targets = re.findall(r"\]\((?!https?:|mailto:)([^)#\s]+)(#[^)]*)?\)", document.read_text(encoding="utf-8"))

    assert [target for target, _ in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=short)
def test_every_link_into_a_document_finds_its_heading(document: pathlib.Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#\s]*)#([^)]+)\)", document.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert anchor in headings(document.parent / target if target else document)


def headings(document: pathlib.Path) -> set[str]:
    """The anchors a forge makes of the headings."""
    found = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if "decisions" not in path.parts], ids=short)
def test_every_make_word_in_the_documents_exists(document: pathlib.Path) -> None:
    words = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    used = set(re.findall(r"`make ([a-z-]+)", document.read_text(encoding="utf-8")))

    assert used <= words


@pytest.mark.parametrize("document", DOCUMENTS, ids=short)
def test_every_file_named_in_code_type_exists(document: pathlib.Path) -> None:
    named = re.findall(
        r"`((?:portal|infra|functions|tests|docs|templates|static)/[\w./-]*\w)`", document.read_text(encoding="utf-8")
    )

    assert [name for name in named if not ((ROOT / name).exists() or (ROOT / "tests" / name).exists())] == []


def test_the_readme_and_its_chinese_twin_have_the_same_parts() -> None:
    english, chinese = (re.findall(r"^#+", readme.read_text(encoding="utf-8"), re.MULTILINE) for readme in READMES)

    assert english == chinese


def test_every_test_that_the_status_names_exists() -> None:
    """A promise is shown by a test that exists: `a/test_b.py::test_c`, or `::test_c` of the file named before."""
    told, missing = (ROOT / "docs/status.md").read_text(encoding="utf-8"), []
    file = ""
    for path, name in re.findall(r"`([\w/]+\.py)?(?:::(\w+))?`", told):
        file = path or file
        place = ROOT / "tests" / file
        if file and not (place.exists() and (not name or f"def {name}(" in place.read_text(encoding="utf-8"))):
            missing.append(f"{file}::{name}")

    assert missing == []
