"""Install what `make run` and `make test` need, with progress and one clear line when it cannot be done.

Runs before anything is installed, so it may use the standard library only (`python3 infra/install.py runtime`).
"""

import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Sequence

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUNTIME = ROOT / ".venv"
ENGINE = ROOT / ".venv-engine"
PIP = ("--disable-pip-version-check", "--no-input", "--retries", "1", "--timeout", "20")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_PACKAGES = ("chromium", "fonts-noto-cjk")
NO_NETWORK = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ProxyError", "ReadTimeoutError")


class CannotInstall(Exception):
    """The message is one line for a person."""


def install(folder: pathlib.Path, requirements: str) -> None:
    """Make a virtual environment when it is missing and install exact versions into it. Raises CannotInstall."""
    if not (folder / "bin" / "pip").exists():
        _make(folder)
    wanted = _count(ROOT / requirements)
    print(f"Installing {wanted} packages of {requirements} into {folder.name}", flush=True)
    command = [str(folder / "bin" / "pip"), "install", *PIP, "-r", str(ROOT / requirements)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        output = _show(pip, wanted)
    if pip.returncode:
        raise CannotInstall(_reason(output))


def _make(folder: pathlib.Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    made = _venv(folder)
    if made.returncode and "ensurepip" in made.stdout:
        package = f"python3.{sys.version_info.minor}-venv"
        if not _apt(package):
            raise CannotInstall(f"This Python cannot make virtual environments: sudo apt install {package}")
        shutil.rmtree(folder, ignore_errors=True)
        made = _venv(folder)
    if made.returncode:
        raise CannotInstall(f"{folder} cannot be made: {_last_line(made.stdout)}")


def _venv(folder: pathlib.Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "venv", str(folder)]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


def _count(path: pathlib.Path) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    nested = sum(_count(path.parent / line.split()[1]) for line in lines if line.startswith("-r "))
    return nested + sum("==" in line for line in lines)


def _show(pip: "subprocess.Popen[str]", wanted: int) -> list[str]:
    """Count the packages as pip names them; answers all it said."""
    output: list[str] = []
    begun = 0
    for line in pip.stdout or ():
        output.append(line.strip())
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            begun += 1
            name = line.split(": ")[-1].removeprefix("Collecting ").split()[0]
            _progress(min(begun, wanted), wanted, name)
        elif line.startswith("Installing collected packages"):
            _progress(wanted, wanted, "all found; unpacking")
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)
    return output


def _progress(done: int, wanted: int, name: str) -> None:
    if sys.stdout.isatty():
        print(f"\r  {done} of {wanted}  {name}\033[K", end="", flush=True)
    elif done % 20 == 0:
        print(f"  {done} of {wanted}", flush=True)


def _reason(output: Sequence[str]) -> str:
    if any(word in line for line in output for word in NO_NETWORK):
        return "Packages must be downloaded and their index cannot be reached: check the network, then try again."
    errors = [line for line in output if line.startswith("ERROR")]
    return f"pip could not install the packages: {errors[0] if errors else _last_line(chr(10).join(output))}"


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "no reason was given")


def _apt(*packages: str) -> bool:
    """Install Debian packages where that is possible without asking: as root."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing {', '.join(packages)} with apt", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment, capture_output=True, check=False)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0


def browser() -> None:
    """See to Chromium and a Chinese font; where that cannot be, say loudly what is left out and how to have it."""
    if _has_browser():
        return
    _apt(*BROWSER_PACKAGES)
    if not _has_browser():
        line = "*" * 78
        print(
            f"{line}\nNo Chromium with a Chinese font here: the tests that need a browser will be SKIPPED.\n"
            f"To run them too: sudo apt install {' '.join(BROWSER_PACKAGES)}\n{line}",
            flush=True,
        )


def _has_browser() -> bool:
    fonts = (
        subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False) if shutil.which("fc-list") else None
    )
    return any(map(shutil.which, BROWSERS)) and fonts is not None and bool(fonts.stdout)


def main(what: str) -> int:
    """Answer the exit code."""
    try:
        if what == "browser":
            browser()
        else:
            folder, requirements = {
                "runtime": (RUNTIME, "requirements.txt"),
                "dev": (RUNTIME, "requirements-dev.txt"),
                "engine": (ENGINE, "requirements-engine.txt"),
            }[what]
            install(folder, requirements)
    except CannotInstall as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
