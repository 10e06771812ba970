import datetime as dt
import json
import os
import pathlib
import stat
import subprocess
import tarfile

import pytest

from infra.local import backup, engine, settings

NOW = dt.datetime(2026, 11, 22, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def data(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "data"
    (folder / "engine").mkdir(parents=True)
    (folder / "engine" / "dynamodb.json").write_text('{"points": 1}', encoding="utf-8")
    (folder / "engine" / "dynamodb.previous").write_text("{}", encoding="utf-8")
    (folder / "keys.json").write_text('{"key": "first"}', encoding="utf-8")
    return folder


def points(data: pathlib.Path) -> int:
    number: int = json.loads((data / "engine" / "dynamodb.json").read_text(encoding="utf-8"))["points"]
    return number


def test_what_was_kept_comes_back_with_its_keys(data: pathlib.Path, tmp_path: pathlib.Path) -> None:
    kept = backup.backup(data, tmp_path / "kept", NOW)
    (data / "engine" / "dynamodb.json").write_text('{"points": 2}', encoding="utf-8")
    (data / "keys.json").write_text('{"key": "second"}', encoding="utf-8")
    backup.restore(data, kept)
    assert points(data) == 1
    assert "first" in (data / "keys.json").read_text(encoding="utf-8")


def test_the_data_from_before_a_restore_are_kept_aside(data: pathlib.Path, tmp_path: pathlib.Path) -> None:
    kept = backup.backup(data, tmp_path / "kept", NOW)
    (data / "engine" / "dynamodb.json").write_text('{"points": 2}', encoding="utf-8")
    backup.restore(data, kept)
    assert points(data / "replaced") == 2


def test_an_archive_comes_back_on_a_machine_that_has_nothing(data: pathlib.Path, tmp_path: pathlib.Path) -> None:
    kept = backup.backup(data, tmp_path / "kept", NOW)
    backup.restore(tmp_path / "elsewhere", kept)
    assert points(tmp_path / "elsewhere") == 1


def test_an_archive_is_readable_by_its_owner_only_and_holds_no_leftovers(
    data: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    kept = backup.backup(data, tmp_path / "kept", NOW)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with tarfile.open(kept) as archive:
        assert sorted(archive.getnames()) == ["engine", "engine/dynamodb.json", "keys.json"]


def test_a_file_that_is_no_backup_changes_nothing(data: pathlib.Path, tmp_path: pathlib.Path) -> None:
    other = tmp_path / "other.tar.gz"
    other.write_bytes(b"not an archive")
    with pytest.raises(settings.BadStart, match=r"^[^\n]*cannot be read[^\n]*$"):
        backup.restore(data, other)
    with tarfile.open(other, "w:gz") as archive:
        archive.add(data / "keys.json", arcname="keys.json")
    with pytest.raises(settings.BadStart, match="not a backup"):
        backup.restore(data, other)
    assert points(data) == 1


@pytest.mark.parametrize("name", ["../outside", "/outside", "engine/../../outside", "link"])
def test_an_archive_cannot_write_elsewhere(name: str, data: pathlib.Path, tmp_path: pathlib.Path) -> None:
    forged = tmp_path / "forged.tar.gz"
    member = tarfile.TarInfo(name)
    if name == "link":
        member.name, member.type, member.linkname = "engine/s3", tarfile.SYMTYPE, str(tmp_path)
    with tarfile.open(forged, "w:gz") as archive:
        archive.addfile(member)
    with pytest.raises(settings.BadStart, match="not a backup"):
        backup.restore(data, forged)
    assert points(data) == 1
    assert not list(tmp_path.rglob("outside"))


def test_nothing_can_be_replaced_or_forgotten_while_it_runs(tmp_path: pathlib.Path) -> None:
    data = tmp_path / "data"
    with engine.Engine(engine.free_port(), data / "engine"):
        with pytest.raises(settings.BadStart, match="running"):
            backup.reset(data)
        with pytest.raises(settings.BadStart, match="running"):
            backup.restore(data, tmp_path / "any.tar.gz")


def test_forgetting_asks_first(
    data: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA", str(data))
    monkeypatch.setattr("builtins.input", lambda _question: "no")
    assert backup.main(["reset"]) == 0
    assert points(data) == 1
    monkeypatch.setattr("builtins.input", lambda _question: "yes")
    assert backup.main(["reset"]) == 0
    assert not data.exists()


def test_a_restore_without_a_file_says_how(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert backup.main(["restore"]) == 1
    assert "make restore FILE=" in capsys.readouterr().err


def test_nothing_to_keep_is_said(tmp_path: pathlib.Path) -> None:
    with pytest.raises(settings.BadStart, match="nothing to keep"):
        backup.backup(tmp_path, tmp_path / "kept", NOW)


def test_make_calls_it(data: pathlib.Path) -> None:
    done = subprocess.run(
        ["make", "reset"],
        cwd=settings.ROOT,
        env=os.environ | {"DATA": str(data)},
        input="yes\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Forgotten" in done.stdout
    assert not data.exists()
