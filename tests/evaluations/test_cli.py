"""The command that explains a score."""

import json
from pathlib import Path

from portal.app import create_app

GOLDEN = {
    "minutes": 900, "records": 6, "attended": 6, "stars": 19, "rated": 4, "resolved": 4, "training_minutes": 60,
}  # fmt: skip


def run(path: Path, inputs: str, *args: str) -> tuple[int, str]:
    path = path / "inputs.json"
    path.write_text(inputs, encoding="utf-8")
    result = create_app().test_cli_runner().invoke(args=["scores", "explain", "V", "--inputs", str(path), *args])
    return result.exit_code, result.output


def test_it_prints_every_component_and_the_score(tmp_path: Path) -> None:
    code, said = run(tmp_path, json.dumps(GOLDEN), "--month", "2026-11")

    assert code == 0
    assert "19.333 / 20" in said
    assert "76.48" in said
    assert "rules V-1" in said


def test_what_is_not_collected_is_said(tmp_path: Path) -> None:
    assert "not collected / 20" in run(tmp_path, json.dumps(GOLDEN | {"stars": None}))[1]


def test_unusable_inputs_get_one_line(tmp_path: Path) -> None:
    for inputs in ("[]", "{", '{"hours": 3}'):
        code, said = run(tmp_path, inputs)
        assert code == 1
        assert "does not hold inputs" in said
