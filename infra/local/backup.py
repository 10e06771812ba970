"""Keep, bring back or forget the data of a local run (`make backup`, `make restore FILE=...`, `make reset`)."""

import argparse
import contextlib
import datetime as dt
import fcntl
import os
import pathlib
import shutil
import sys
import tarfile
from collections.abc import Iterator

from infra.local import settings

PARTS = ("engine", "keys.json")
"""The data, and the keys without which its phone numbers cannot be read."""


def backup(data: pathlib.Path, folder: pathlib.Path, now: dt.datetime) -> pathlib.Path:
    """Write the last snapshot and the keys to one archive, readable by its owner only; a running Yizhan goes on.

    Raises:
        BadStart: there is nothing to keep.
    """
    if not (data / "engine" / "dynamodb.json").exists():
        raise settings.BadStart(f"There is nothing to keep in {data} yet.")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"yizhan-{now:%Y%m%d-%H%M%S}.tar.gz"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz") as archive:
            for part in PARTS:
                archive.add(data / part, arcname=part, filter=_worth_keeping)
        file.flush()
        os.fsync(file.fileno())
    return path


def restore(data: pathlib.Path, path: pathlib.Path) -> None:
    """Put an archive's data in the place of the present ones, all of it or none.

    Raises:
        BadStart: Yizhan is running, or the file is no archive of ours.
    """
    fresh, old = data / "restoring", data / "replaced"
    with _stopped(data):
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            _unpack(path, fresh)
            shutil.rmtree(old, ignore_errors=True)
            old.mkdir()
            for part in PARTS:
                if (data / part).exists():
                    (data / part).rename(old / part)
                (fresh / part).rename(data / part)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def reset(data: pathlib.Path) -> None:
    """Forget everything of this machine's run. Raises BadStart while Yizhan is running."""
    with _stopped(data):
        shutil.rmtree(data, ignore_errors=True)


def main(arguments: list[str] | None = None) -> int:
    """Answer the exit code; whatever goes wrong is one line."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.backup", description=__doc__)
    parser.add_argument("what", choices=("backup", "restore", "reset"))
    parser.add_argument("file", nargs="?", type=pathlib.Path, help="the archive to restore")
    asked = parser.parse_args(arguments)
    try:
        print(_do(asked.what, settings.Settings.read(os.environ).data, asked.file))
    except settings.BadStart as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _do(what: str, data: pathlib.Path, file: pathlib.Path | None) -> str:
    """Do what was asked and answer the sentence to print."""
    if what == "backup":
        path = backup(data, settings.ROOT / "backups", dt.datetime.now(dt.UTC))
        return f"Kept in {path}. It holds the keys too: guard it."
    if what == "restore":
        if file is None:
            raise settings.BadStart("Say which archive: make restore FILE=backups/yizhan-....tar.gz")
        restore(data, file)
        return f"Restored. The data from before are in {data / 'replaced'}."
    if not _is_sure(data):
        return "Nothing was changed."
    reset(data)
    return "Forgotten. The next `make run` begins anew."


def _is_sure(data: pathlib.Path) -> bool:
    try:
        return input(f"Forget all data in {data}? Type yes: ").strip().lower() == "yes"
    except EOFError:
        print()
        return False


def _worth_keeping(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if member.name.endswith((".new", ".previous", ".broken", "/lock")) else member


def _unpack(path: pathlib.Path, folder: pathlib.Path) -> None:
    """Write the archive's plain files below the folder; one that holds anything else is none of ours."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                _write(archive, member, folder)
    except (OSError, tarfile.TarError, EOFError) as error:
        raise settings.BadStart(f"{path} cannot be read: {error}") from error
    if not all((folder / name).is_file() for name in ("engine/dynamodb.json", "keys.json")):
        raise settings.BadStart(f"{path} is not a backup of Yizhan.")


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: pathlib.Path) -> None:
    # Not extractall(filter="data"): the Python 3.11 of Debian 12 has no filters yet.
    parts = pathlib.PurePosixPath(member.name).parts
    content = archive.extractfile(member) if member.isreg() else None
    if not parts or parts[0] not in PARTS or ".." in parts or not (content or member.isdir()):
        raise settings.BadStart(f"{archive.name!s} is not a backup of Yizhan.")
    if content:
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch(mode=0o600)
        target.write_bytes(content.read())


@contextlib.contextmanager
def _stopped(data: pathlib.Path) -> Iterator[None]:
    """Hold the lock that a running engine holds."""
    folder = data / "engine"
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise settings.BadStart(f"Yizhan is running on {data}: stop it first (Ctrl-C).") from error
    else:
        yield
    finally:
        os.close(handle)


if __name__ == "__main__":
    sys.exit(main())
