"""Build one zip a function: `python -m infra.package [function ...]` writes dist/<function>.zip.

A zip holds the portal, its own function, and the pinned requirements that function imports, taken from the running
environment; no tests, no infra, no seed. Bytecode is compiled as unchecked-hash, since zipped files have no times that
Python's usual check would accept and /var/task cannot be written: without it every cold start compiles everything.
"""

import compileall
import fnmatch
import importlib.metadata
import pathlib
import platform
import py_compile
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from babel.messages import mofile, pofile
from packaging import requirements

ROOT = pathlib.Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
_OLDEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)

_STORAGE = ("pynamodb", "boto3", "cryptography", "chinesecalendar", "pyotp")
_WEB = (*_STORAGE, "flask", "flask-babel", "flask-compress", "flask-wtf", "lucide", "zappa", "durationpy")


class PackageError(Exception):
    """A zip would not be what it says; the message is one line for a person."""


@dataclass(frozen=True)
class Function:
    """A function and the requirements it imports; web functions answer through Zappa."""

    name: str
    needs: tuple[str, ...]
    web: bool = True


FUNCTIONS = {
    each.name: each
    for each in (
        Function("resident", _WEB),
        Function("volunteer", _WEB),
        Function("staff", (*_WEB, "qrcode", "reportlab")),
        Function("react", (*_STORAGE, "aws-lambda-powertools"), web=False),
        Function("tick", _STORAGE, web=False),
    )
}

# Zappa's requirements serve its command line; the handler needs only what is named in _WEB.
_HANDLER_ONLY = {"zappa": ("zappa/__init__.py", "zappa/asgi.py", "zappa/handler.py", "zappa/middleware.py",
                           "zappa/utilities.py", "zappa/wsgi.py")}  # fmt: skip
_UNWANTED = (
    "../*",
    "*.pyc",
    "*.pyi",
    "*.exe",
    "*/tests/*",
    "*/test/*",
    "*.dist-info/RECORD",
    "*.dist-info/direct_url.json",
    "boto3/examples/*",
    "boto3/data/*",
    "babel/messages/*",  # extracts texts; the catalogues are compiled here
    "backports/zstd/tarfile.py",
    "backports/zstd/zipfile/*",
    "cffi/*",  # cryptography loads its compiled half, _cffi_backend, alone
    "pycparser/*",
    "dateutil/zoneinfo/*.tar.gz",
    "aws_lambda_powertools/event_handler/openapi/*",
)
# Where a package carries data for the whole world, only what we speak and call.
_KEPT = {
    "botocore/data/*/*": ("botocore/data/dynamodb/*", "botocore/data/kms/*", "botocore/data/sts/*"),
    "babel/locale-data/*": tuple(
        f"babel/locale-data/{name}.dat" for name in ("root", "en", "zh", "zh_Hans", "zh_Hans_CN")
    ),
    "wtforms/locale/*": ("wtforms/locale/zh/*",),
    "pytz/zoneinfo/*": ("pytz/zoneinfo/Asia/Shanghai", "pytz/zoneinfo/UTC", "pytz/zoneinfo/tzdata.zi"),
}
_PORTAL = ("portal", "templates", "static")


def build(names: Iterable[str] = tuple(FUNCTIONS), *, target: pathlib.Path = DIST) -> list[pathlib.Path]:
    """Write the zips and return their paths. Raises PackageError when the environment is not the pinned one."""
    chosen = [FUNCTIONS[name] for name in names]
    started = time.monotonic()
    stage = target / ".stage"
    shutil.rmtree(stage, ignore_errors=True)
    held = {function.name: list(closure(function.needs)) for function in chosen}
    for name in sorted({name for names in held.values() for name in names}):
        _copy_distribution(name, stage / "lib" / name)
    _copy_portal(stage / "app")
    print(f"staged, {time.monotonic() - started:.0f} s; compiling", flush=True)
    _compile(stage)
    paths = [_zip(function, held[function.name], stage, target) for function in chosen]
    shutil.rmtree(stage)
    print(f"packaged in {time.monotonic() - started:.0f} s; deploy them with {runtime()}")
    return paths


def runtime() -> str:
    """The parameters of infra/functions.yaml that fit: bytecode and compiled libraries are this machine's kind."""
    architecture = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return f"Runtime=python{sys.version_info.major}.{sys.version_info.minor} Architecture={architecture}"


def closure(names: Iterable[str]) -> Iterator[str]:
    """Yield these requirements and all they require in turn, each once, in its normal spelling."""
    waiting, seen = list(names), set()
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        yield name
        if name not in _HANDLER_ONLY:
            waiting += _required(name)


def _required(name: str) -> Iterator[str]:
    for line in importlib.metadata.requires(name) or ():
        requirement = requirements.Requirement(line)
        if not requirement.marker or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name


def pins() -> dict[str, str]:
    """The exact versions of requirements.txt, by normal name."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", text, re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def _copy_distribution(name: str, to: pathlib.Path) -> None:
    distribution = importlib.metadata.distribution(name)
    if pins().get(name) != distribution.version:
        raise PackageError(f"{name} is {distribution.version} here but {pins().get(name)} in requirements.txt")
    for file in distribution.files or ():
        if _wanted(str(file), name):
            (to / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.locate(), to / file)


def _wanted(path: str, distribution: str) -> bool:
    if distribution in _HANDLER_ONLY and ".dist-info/" not in path:
        return path in _HANDLER_ONLY[distribution]
    if any(fnmatch.fnmatch(path, pattern) for pattern in _UNWANTED):
        return False
    return all(
        any(fnmatch.fnmatch(path, kept) for kept in keeps)
        for pattern, keeps in _KEPT.items()
        if fnmatch.fnmatch(path, pattern)
    )


def _copy_portal(to: pathlib.Path) -> None:
    skip = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
    for folder in _PORTAL:
        shutil.copytree(ROOT / folder, to / folder, ignore=skip)
    for source in sorted((ROOT / "translations").glob("*/LC_MESSAGES/messages.po")):
        catalogue = to / source.relative_to(ROOT).with_suffix(".mo")
        catalogue.parent.mkdir(parents=True)
        with source.open("rb") as po, catalogue.open("wb") as mo:
            mofile.write_mo(mo, pofile.read_po(po, locale=source.parent.parent.name))
    shutil.copytree(ROOT / "functions", to / "functions", ignore=skip)


def _compile(stage: pathlib.Path) -> None:
    """Compile our own sources beside themselves, for tracebacks with lines; of requirements only bytecode stays."""
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compiled = compileall.compile_dir(
        stage / "app", maxlevels=20, quiet=2, workers=0, stripdir=str(stage / "app"), invalidation_mode=mode
    )
    for folder in (stage / "lib").iterdir():
        compiled &= compileall.compile_dir(
            folder, maxlevels=20, quiet=2, workers=0, stripdir=str(folder), invalidation_mode=mode, legacy=True
        )
        for source in folder.rglob("*.py"):
            if source.with_suffix(".pyc").exists():
                source.unlink()
    if not compiled:
        print("some requirement holds a source that does not compile; it is packed as it is", flush=True)


def _zip(function: Function, held: Iterable[str], stage: pathlib.Path, target: pathlib.Path) -> pathlib.Path:
    path = target / f"{function.name}.zip"
    folders = [stage / "app", *(stage / "lib" / name for name in held)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for folder in folders:
            for file in sorted(each for each in folder.rglob("*") if each.is_file()):
                name = file.relative_to(folder).as_posix()
                if _belongs(name, function):
                    _add(archive, name, file.read_bytes())
        if function.web:
            _add(archive, "zappa_settings.py", _settings(function.name, stage).encode())
    print(f"{path.relative_to(target.parent)}: {path.stat().st_size / 2**20:.1f} MB", flush=True)
    return path


def _belongs(name: str, function: Function) -> bool:
    """Pages and Zappa's entry go to the web functions; of the functions, each gets its own and what they share."""
    if name.startswith(("templates/", "static/", "translations/")):
        return function.web
    others = [
        each for each in (*FUNCTIONS, "entry") if each != function.name and not (each == "entry" and function.web)
    ]
    return not any(re.fullmatch(rf"functions/(__pycache__/)?{each}\..*py[c]?", name) for each in others)


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Write a file with a fixed time and mode, so that the same sources give the same bytes."""
    entry = zipfile.ZipInfo(name, _OLDEST_ZIP_TIME)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _settings(stage_name: str, stage: pathlib.Path) -> str:
    """Let Zappa write the settings its handler reads, from zappa_settings.json; the region is Lambda's to say."""
    written = stage / stage_name / "zappa_settings.py"
    written.parent.mkdir()
    zappa = pathlib.Path(sys.executable).with_name("zappa")
    command = [str(zappa), "save-python-settings-file", stage_name, "--output_path", str(written)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return re.sub(r"(?m)^ENVIRONMENT_VARIABLES=.*$", "ENVIRONMENT_VARIABLES={}", written.read_text(encoding="utf-8"))


if __name__ == "__main__":
    try:
        build(sys.argv[1:] or tuple(FUNCTIONS))
    except (PackageError, KeyError) as error:
        raise SystemExit(f"package: {error}") from None
