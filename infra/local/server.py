"""The three audiences behind one address, as the HTTP API routes them in the cloud."""

import re
import socket
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
ROUTES = (
    ("staff", re.compile(r"/(dev/role/)?staff(/|$)")),
    ("volunteer", re.compile(r"/(dev/role/volunteer|me|join|sign-in|sign-out|p)(/|$)")),
    ("resident", re.compile(r"/")),
)


class _Quiet(WSGIRequestHandler):
    """Says nothing of requests that were answered; errors are logged by the apps."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def audience_of(path: str) -> str:
    """Whose pages a path belongs to."""
    return next(name for name, pattern in ROUTES if pattern.match(path or "/"))


def mount(apps: Mapping[str, Wsgi]) -> Wsgi:
    """One WSGI application that hands each request to the audience of its path."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return apps[audience_of(environ.get("PATH_INFO", ""))](environ, start_response)

    return serve


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; the first requests wait in it until the server is there. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


def build(listening: socket.socket, app: Wsgi) -> BaseWSGIServer:
    """A threaded server on a listening socket."""
    host, port = listening.getsockname()[:2]
    return make_server(host, port, app, threaded=True, request_handler=_Quiet, fd=listening.fileno())
