import threading
import urllib.request
from collections.abc import Iterable
from typing import Any

import pytest

from infra.local import server


@pytest.mark.parametrize(
    ("path", "audience"),
    [
        ("", "resident"),
        ("/", "resident"),
        ("/s/K7M2Q4", "resident"),
        ("/t/NX7K42QM", "resident"),
        ("/static/portal.css", "resident"),
        ("/healthz", "resident"),
        ("/dev/clock", "resident"),
        ("/dev/role", "resident"),
        ("/dev/role/staff", "staff"),
        ("/dev/role/volunteer", "volunteer"),
        ("/staff", "staff"),
        ("/staff/sign-in", "staff"),
        ("/stafford", "resident"),
        ("/me", "volunteer"),
        ("/me/points", "volunteer"),
        ("/menu", "resident"),
        ("/join", "volunteer"),
        ("/sign-in", "volunteer"),
        ("/sign-out", "volunteer"),
        ("/p/ABC234", "volunteer"),
        ("/privacy", "resident"),
    ],
)
def test_a_path_belongs_to_one_audience(path: str, audience: str) -> None:
    assert server.audience_of(path) == audience


def test_a_request_reaches_the_app_of_its_path() -> None:
    def answering(name: str) -> server.Wsgi:
        def app(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [name.encode()]

        return app

    app = server.mount({name: answering(name) for name in ("resident", "volunteer", "staff")})
    with server.listen("127.0.0.1", 0) as listening:
        web = server.build(listening, app)
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            with urllib.request.urlopen(f"{base}/staff/inbox") as answer:
                assert answer.read() == b"staff"
        finally:
            web.shutdown()
            thread.join()
            web.server_close()
