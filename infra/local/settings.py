"""Where a local run lives and answers: PORT, HOST, DATA and ENGINE, and the keys made once for this machine."""

import base64
import json
import os
import pathlib
import secrets
import shlex
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

ROOT = pathlib.Path(__file__).resolve().parents[2]
REGION = "us-east-1"
PREFIX = "yizhan"
COMMUNITY = "320105902901"  # Lushan community; a sample code


class BadStart(Exception):
    """The run cannot start; the message is one line for a person."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the person who typed `make run` chose."""

    host: str
    port: int
    data: pathlib.Path

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Read the choices. Raises BadStart."""
        if environ.get("ENGINE", "ministack") != "ministack":
            raise BadStart("ENGINE: only the embedded engine is offered so far; leave ENGINE unset.")
        port = environ.get("PORT") or "8000"
        if not (port.isascii() and port.isdecimal()) or not 0 < int(port) < 65536:
            raise BadStart(f"PORT must be a number from 1 to 65535, not {port!r}.")
        data = pathlib.Path(environ.get("DATA") or ROOT / ".local").resolve()
        return cls(host=environ.get("HOST") or "127.0.0.1", port=int(port), data=data)

    @property
    def engine_folder(self) -> pathlib.Path:
        """Where the engine keeps its snapshots."""
        return self.data / "engine"

    @property
    def base_url(self) -> str:
        """The origin that placards carry: the machine's own address when others may reach it."""
        host = lan_address() if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def environment(self, engine_url: str) -> dict[str, str]:
        """The settings of the portal for this run, under the names `Config` reads; the caller's own go first."""
        chosen = {name: value for name, value in os.environ.items() if name.startswith("YIZHAN_")}
        ours = {
            "YIZHAN_COMMUNITY": COMMUNITY,
            "YIZHAN_DEMO": "true",
            **load_keys(self.data),
            **chosen,
            "YIZHAN_STAGE": "local",
            "YIZHAN_BASE_URL": self.base_url,
            "YIZHAN_TABLE_PREFIX": PREFIX,
            "YIZHAN_REGION": REGION,
            "YIZHAN_ENGINE_URL": engine_url,
        }
        write_private(self.data / "env", "".join(f"export {name}={shlex.quote(ours[name])}\n" for name in sorted(ours)))
        return ours


def lan_address() -> str:
    """The address by which others on the same network reach this machine; 127.0.0.1 when there is no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address; nothing is sent
        except OSError:
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address


def load_keys(data: pathlib.Path) -> dict[str, str]:
    """The keys of this machine, made at the first run and readable by their owner only.

    Raises:
        BadStart: the file exists and cannot be read; without the old keys the data would be lost.
    """
    path = data / "keys.json"
    try:
        keys: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        keys = {
            "YIZHAN_SECRET_KEY": f"local-{secrets.token_urlsafe(32)}",
            "YIZHAN_LOOKUP_KEY": f"local-{secrets.token_urlsafe(32)}",
            "YIZHAN_FIELD_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        write_private(path, json.dumps(keys, indent=1) + "\n")
    except (OSError, ValueError) as error:
        raise BadStart(f"{path} cannot be read ({error}); without it the saved data cannot be opened.") from error
    return keys


def write_private(path: pathlib.Path, text: str) -> None:
    """Write a file whole or not at all, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
