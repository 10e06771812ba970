"""The shape of the house: where things are, how long they may be, what no file may hold."""

import ast
import pathlib
import re
import subprocess
import tomllib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LISTED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
FILES = [ROOT / name for name in LISTED if name and (ROOT / name).is_file()]
PYTHON = [path for path in FILES if path.suffix == ".py"]
TEXTS = [
    path
    for path in FILES
    if path.suffix in {".py", ".md", ".html", ".toml", ".yaml", ".yml", ".js", ".css", ".po", ".json"}
]
OURS = [path for path in PYTHON if path.relative_to(ROOT).parts[0] in {"portal", "functions", "infra"}]
FEATURES = sorted(
    path.name for path in (ROOT / "portal").iterdir() if (path / "__init__.py").exists() and path.name != "web"
)
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def read(path: pathlib.Path) -> str:
    return path.read_text(encoding="utf-8")


def short(path: pathlib.Path) -> str:
    return str(path.relative_to(ROOT))


def test_a_file_fits_on_a_few_screens() -> None:
    lengths = {path: len(read(path).splitlines()) for path in PYTHON}

    assert {short(path): lines for path, lines in lengths.items() if lines > most(path)} == {}


def most(path: pathlib.Path) -> int:
    """Lines of a file: what everybody shares grows without end, so it gets the least."""
    return 150 if path.name == "conftest.py" else 250 if path in OURS else 600


def test_a_module_says_in_a_sentence_what_it_is_for() -> None:
    said = {path: ast.get_docstring(ast.parse(read(path))) or "" for path in OURS if read(path)}

    assert [short(path) for path, text in said.items() if not re.match(r"[A-Z`].+[.:)]", text.partition("\n")[0])] == []


def test_a_function_is_forty_lines_at_most() -> None:
    functions = [(path, node) for path in OURS for node in ast.walk(ast.parse(read(path)))]
    long = [
        (short(path), node.name) for path, node in functions if isinstance(node, ast.FunctionDef) and lines(node) > 40
    ]

    assert long == []


def lines(node: ast.FunctionDef) -> int:
    """Lines of a function without those of the functions inside it, which are counted by themselves."""
    inner = [each for each in ast.walk(node) if isinstance(each, ast.FunctionDef) and each is not node]
    return (node.end_lineno or 0) - node.lineno + 1 - sum(lines(each) for each in inner)


def test_there_is_no_room_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "helpers", "common", "misc", "constants", "manager"}

    assert [short(path) for path in PYTHON if drawers & set(path.with_suffix("").parts)] == []


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|\bNotImplementedError\b|[Ll]orem ipsum")
    naming_them = {"test_layout.py", "pyproject.toml"}

    assert [short(path) for path in TEXTS if path.name not in naming_them and marks.search(read(path))] == []


def test_a_silenced_rule_says_which_and_why() -> None:
    silenced = [(path, each) for path in PYTHON for each in re.findall(r"# (?:noqa|type: ignore).*", read(path))]
    named = re.compile(r"# (noqa: [A-Z]+\d+|type: ignore\[[\w-]+\])")
    reasoned = re.compile(r"(\d|\]) +(- |# )\S")

    assert [(short(path), each) for path, each in silenced if not named.match(each)] == []
    assert [(short(path), each) for path, each in silenced if path in OURS and not reasoned.search(each)] == []


@pytest.mark.parametrize("feature", FEATURES)
def test_only_a_feature_itself_stores_its_things(feature: str) -> None:
    kept = {f"portal.{feature}.{room}" for room in ("repository", "models", "forms") if holds(feature, room)}
    promised = {
        name
        for each in CONTRACTS
        if each["name"] == f"Only {feature} stores {feature}"
        for name in each["protected_modules"]
    }

    assert promised == (kept if holds(feature, "models") else set())


def test_every_feature_keeps_the_order_of_rooms() -> None:
    (inside,) = (each for each in CONTRACTS if each["name"].startswith("Inside a feature"))

    assert sorted(inside["containers"]) == [f"portal.{feature}" for feature in FEATURES]


def holds(feature: str, room: str) -> bool:
    place = ROOT / "portal" / feature / room
    return place.is_dir() or place.with_suffix(".py").exists()


@pytest.mark.slow
def test_the_import_contracts_hold() -> None:
    run = subprocess.run(
        [".venv/bin/lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout


@pytest.mark.slow
def test_the_templates_of_infra_pass_cloudformations_linter() -> None:
    run = subprocess.run(
        [".venv/bin/cfn-lint", *sorted(map(str, (ROOT / "infra").glob("*.yaml")))], cwd=ROOT, check=False
    )

    assert run.returncode == 0
