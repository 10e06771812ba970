"""The runner of `make run`, with every function under its own role: what AWS would refuse is refused here too."""

import functools
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from unittest import mock

from infra.local import runner, server
from tests import policies

_mount = server.mount


class Parts(runner.Parts):
    """The runner's parts, whose event functions act under their roles."""

    def __init__(self, *given: Any) -> None:
        from functions import tick  # noqa: PLC0415 - it reads the settings that the runner has just made

        with mock.patch.object(tick, "handler", _guarded(tick.handler, "tick")):
            super().__init__(*given)

    def _pump(self) -> Any:
        from functions import react  # noqa: PLC0415 - see above

        with mock.patch.object(react, "handler", _guarded(react.handler, "react")):
            return super()._pump()


def _mount_guarded(apps: Mapping[str, server.Wsgi]) -> server.Wsgi:
    return _mount({name: _under_role(app, name) for name, app in apps.items()})


def _under_role(app: server.Wsgi, function: str) -> server.Wsgi:
    guarded = policies.guard(app, function)

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """The pages of `/dev` are nobody's function: they exist in local runs only."""
        return (app if environ.get("PATH_INFO", "").startswith("/dev/") else guarded)(environ, start_response)

    return serve


def _guarded(handler: Callable[..., Any], function: str) -> Callable[..., Any]:
    @functools.wraps(handler)
    def handle(event: Any, context: Any) -> Any:
        with policies.acting(function):
            return handler(event, context)

    return handle


def main() -> int:
    """Run until stopped, like the runner itself."""
    with mock.patch.object(runner, "Parts", Parts), mock.patch.object(server, "mount", _mount_guarded):
        return runner.main()


if __name__ == "__main__":
    sys.exit(main())
