"""The runner of `make run`, with every function under its own role: what AWS would refuse is refused here too."""

import functools
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from infra.local import runner, server
from tests import policies

Wsgi = server.Wsgi
_mount = server.mount


def _under_role(app: Wsgi, function: str) -> Wsgi:
    guarded = policies.guard(app, function)

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """The pages of `/dev` are nobody's function: they exist in local runs only."""
        return (app if environ.get("PATH_INFO", "").startswith("/dev/") else guarded)(environ, start_response)

    return serve


def _mount_guarded(apps: Mapping[str, Wsgi]) -> Wsgi:
    return _mount({name: _under_role(app, name) for name, app in apps.items()})


def _guarded(handler: Callable[..., Any], function: str) -> Callable[..., Any]:
    @functools.wraps(handler)
    def handle(event: Any, context: Any) -> Any:
        with policies.acting(function):
            return handler(event, context)

    return handle


def main() -> int:
    """Run until stopped, like the runner itself."""
    server.mount = _mount_guarded
    prepare = runner.Parts.__init__

    def guard_events(parts: runner.Parts, *given: Any) -> None:
        from functions import react, tick  # noqa: PLC0415 - they read the settings that the runner has just made

        react.handler = _guarded(react.handler, "react")
        tick.handler = _guarded(tick.handler, "tick")
        prepare(parts, *given)

    runner.Parts.__init__ = guard_events  # type: ignore[method-assign, assignment]  # the one seam that leaves the runner alone
    return runner.main()


if __name__ == "__main__":
    sys.exit(main())
