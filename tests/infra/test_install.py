import importlib.metadata
import os
import pathlib
import re
import subprocess

import pytest

from infra import install

FILES = ("requirements.txt", "requirements-dev.txt", "requirements-engine.txt")


def lines(name: str) -> list[str]:
    text = (install.ROOT / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith(("#", "-r "))]


@pytest.mark.parametrize("name", FILES)
def test_every_requirement_is_pinned_exactly_and_once(name: str) -> None:
    pins = [re.fullmatch(r"([\w.-]+)==[\w.]+(; .+)?", line) for line in lines(name)]
    names = [pin[1].lower() for pin in pins if pin]
    assert len(names) == len(lines(name)) == len(set(names))


def test_what_runs_here_is_what_is_pinned() -> None:
    for line in [*lines("requirements.txt"), *lines("requirements-dev.txt")]:
        name, _, version = line.partition(";")[0].partition("==")
        if "python_version" not in line:
            assert importlib.metadata.version(name) == version, name


def test_nothing_runs_here_that_is_not_pinned() -> None:
    pinned = {_plain(line.partition("==")[0]) for name in FILES[:2] for line in lines(name)}
    present = {_plain(found.metadata["Name"]) for found in importlib.metadata.distributions()}
    assert present - pinned <= {"pip"}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.slow
def test_no_network_is_said_in_one_line(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unreachable = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull}
    for name, value in {**unreachable, "PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": ""}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(install.CannotInstall, match=r"^Packages must be downloaded.*check the network.*$"):
        install.install(tmp_path / "venv", "requirements-engine.txt")


def test_a_python_without_venv_is_told_how_to_get_it(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess([], 1, "The virtual environment was not created: ensurepip is not available")
    monkeypatch.setattr(install, "_venv", lambda _folder: failed)
    monkeypatch.setattr(install, "_apt", lambda *_packages: False)
    with pytest.raises(install.CannotInstall, match=r"sudo apt install python3\.\d+-venv"):
        install.install(tmp_path / "venv", "requirements-engine.txt")


def test_without_a_browser_the_loss_is_told_loudly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install, "_has_browser", lambda: False)
    monkeypatch.setattr(install, "_apt", lambda *_packages: False)
    assert install.main("browser") == 0
    said = capsys.readouterr().out
    assert "SKIPPED" in said
    assert "sudo apt install chromium fonts-noto-cjk" in said


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["make", *arguments]
    return subprocess.run(command, cwd=install.ROOT, capture_output=True, text=True, check=False)


def test_make_alone_lists_what_can_be_done() -> None:
    listed = {line.split()[0] for line in make().stdout.splitlines()}
    assert listed >= {"run", "test", "check", "bench", "prove", "package", "screenshots", "backup", "restore", "reset"}


def test_an_old_python_is_refused_in_one_line(tmp_path: pathlib.Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    old.chmod(0o755)
    refusal = make("python", f"PYTHON={old}")
    assert refusal.returncode != 0
    assert refusal.stderr.splitlines()[0].startswith("Yizhan needs Python 3.11 or newer")
    assert "Traceback" not in refusal.stderr


def test_continuous_integration_runs_what_a_person_runs() -> None:
    script = (install.ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.endswith("exec make test\n")
    assert os.access(install.ROOT / ".ci" / "run", os.X_OK)
