"""The zips themselves, and the functions inside them driven through Amazon's own runtime client."""

import base64
import gzip
import importlib.util
import pathlib
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from infra import package
from portal.config import Config
from portal.points import service as points
from portal.reports import service as reports
from tests import conftest, lambda_runtime
from tests.project import world
from tests.reports import build as cases

pytestmark = pytest.mark.slow

MEGABYTE = 2**20
WEB = "functions.entry.handler"
UNCHECKED = b"\x01\x00\x00\x00"


@pytest.fixture(scope="module")
def zips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pathlib.Path]:
    paths = package.build(target=tmp_path_factory.mktemp("dist"))
    return {path.stem: path for path in paths}


def names(path: pathlib.Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_the_resident_function_is_small_enough_to_start_fast(zips: dict[str, pathlib.Path]) -> None:
    assert zips["resident"].stat().st_size <= 12 * MEGABYTE


@pytest.mark.parametrize("function", package.FUNCTIONS)
def test_all_bytecode_is_of_this_python_and_never_checked_against_times(
    zips: dict[str, pathlib.Path], function: str
) -> None:
    with zipfile.ZipFile(zips[function]) as archive:
        compiled = [name for name in archive.namelist() if name.endswith(".pyc")]
        heads = {archive.read(name)[:8] for name in compiled}

    assert heads == {importlib.util.MAGIC_NUMBER + UNCHECKED}


@pytest.mark.parametrize("function", package.FUNCTIONS)
def test_every_source_of_ours_is_compiled(zips: dict[str, pathlib.Path], function: str) -> None:
    held = set(names(zips[function]))
    ours = [pathlib.PurePath(name) for name in held if name.startswith(("portal/", "functions/"))]
    sources = [path for path in ours if path.suffix == ".py"]

    assert sources
    assert not [path for path in sources if str(package_cache(path)) not in held]


def package_cache(path: pathlib.PurePath) -> pathlib.PurePath:
    return pathlib.PurePath(importlib.util.cache_from_source(str(path)))


@pytest.mark.parametrize("function", package.FUNCTIONS)
def test_no_zip_holds_tests_the_seed_or_a_page_for_developers(zips: dict[str, pathlib.Path], function: str) -> None:
    with zipfile.ZipFile(zips[function]) as archive:
        ours = [each for each in archive.namelist() if each.startswith(("portal/", "functions/", "templates/"))]
        content = b"".join(archive.read(each) for each in ours if each.endswith((".py", ".html")))
        outside = [each for each in archive.namelist() if each.startswith(("infra/", "tests/", "benchmarks/", "docs/"))]

    assert outside == []
    assert not re.search(rb"""["']/dev/""", content)
    assert not re.search(rb"(import|from) infra", content)


@pytest.mark.parametrize("function", package.FUNCTIONS)
def test_a_zip_holds_its_own_function_only(zips: dict[str, pathlib.Path], function: str) -> None:
    entries = {pathlib.PurePath(each).stem for each in names(zips[function]) if each.startswith("functions/")}
    mine = {function, "entry"} if package.FUNCTIONS[function].web else {function}

    assert entries & {*package.FUNCTIONS, "entry"} == mine


def test_two_builds_of_the_same_sources_are_equal(zips: dict[str, pathlib.Path], tmp_path: pathlib.Path) -> None:
    (again,) = package.build(["tick"], target=tmp_path)

    assert again.read_bytes() == zips["tick"].read_bytes()


def test_another_version_than_the_pinned_one_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    monkeypatch.setattr(package, "pins", lambda: {"boto3": "0.1"})

    with pytest.raises(package.PackageError, match=r"in requirements\.txt"):
        package.build(["tick"], target=tmp_path)


def request(path: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    """An HTTP API event, payload version 2.0."""
    route, _, query = path.partition("?")
    return {
        "version": "2.0",
        "rawPath": route,
        "rawQueryString": query,
        "headers": {"host": "127.0.0.1:8000", "accept-encoding": "gzip", **headers},
        "requestContext": {
            "http": {"method": method, "path": route, "sourceIp": "203.0.113.9", "protocol": "HTTP/1.1"},
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }


def text(answer: dict[str, Any]) -> str:
    body = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
    return (gzip.decompress(body) if answer["headers"].get("Content-Encoding") == "gzip" else body).decode()


def settings(config: Config) -> dict[str, str]:
    return conftest.KEYS | {"YIZHAN_ENGINE_URL": config.engine_url}


@pytest.fixture
def resident(zips: dict[str, pathlib.Path], storage: Config) -> Iterator[lambda_runtime.Function]:
    with lambda_runtime.running(zips["resident"], WEB, settings(storage)) as function:
        yield function


def test_the_packaged_resident_function_serves_health_and_the_report_form(resident: lambda_runtime.Function) -> None:
    health = resident.invoke(request("/healthz"))
    form = resident.invoke(request("/s"))

    assert (health["statusCode"], text(health).strip()) == (200, '{"status":"ok"}')
    assert form["statusCode"] == 200, resident.log()
    assert 'name="description"' in text(form)
    assert len(form["cookies"]) == 1


def test_the_packaged_resident_function_logs_no_address_and_no_private_key(resident: lambda_runtime.Function) -> None:
    resident.invoke(request("/t/K7M2Q4XZ?key=the-private-key"))

    assert "the-private-key" not in resident.log()
    assert "203.0.113.9" not in resident.log()


def test_the_packaged_resident_function_has_no_page_for_developers(resident: lambda_runtime.Function) -> None:
    assert resident.invoke(request("/dev/outbox"))["statusCode"] == 404


def test_an_event_that_is_no_request_is_an_error_not_a_silence(resident: lambda_runtime.Function) -> None:
    with pytest.raises(lambda_runtime.FunctionFailed, match="HTTP API"):
        resident.invoke({"Records": []})


@pytest.mark.parametrize(("function", "path"), [("volunteer", "/join"), ("staff", "/staff/sign-in")])
def test_the_other_web_functions_answer_from_their_zips(
    zips: dict[str, pathlib.Path], storage: Config, function: str, path: str
) -> None:
    with lambda_runtime.running(zips[function], WEB, settings(storage)) as running:
        assert running.invoke(request(path))["statusCode"] == 200


def test_the_packaged_tick_finds_nothing_due(zips: dict[str, pathlib.Path], storage: Config) -> None:
    with lambda_runtime.running(zips["tick"], "functions.tick.handler", settings(storage)) as running:
        assert set(running.invoke({"source": "aws.events"}).values()) == {0}


def test_the_packaged_react_pays_the_reporter_of_a_stream_batch(zips: dict[str, pathlib.Path], storage: Config) -> None:
    sent = reports.submit_report(draft=cases.draft(), now=cases.NOW, actor=cases.VOLUNTEER)
    reports.file_report(
        reference=sent.reference, version=1, actor=cases.DISPATCHER, subcategory="0104", urgency="P3", now=cases.NOW
    )
    batch = {"Records": world.records(storage)}

    with lambda_runtime.running(zips["react"], "functions.react.handler", settings(storage)) as running:
        first = running.invoke(batch)
        again = running.invoke(batch)

    assert first == again == {"batchItemFailures": []}
    (entry,) = points.list_entries(community=cases.COMMUNITY, volunteer=cases.VOLUNTEER.id).items
    assert entry.rule == "P02"


def test_the_packaged_react_asks_for_a_record_it_cannot_read_once_more(
    zips: dict[str, pathlib.Path], storage: Config
) -> None:
    with lambda_runtime.running(zips["react"], "functions.react.handler", settings(storage)) as running:
        answer = running.invoke({"Records": [BROKEN, BROKEN | {"dynamodb": {"Keys": {}, "SequenceNumber": "2"}}]})

    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}


BROKEN = {
    "eventID": "1",
    "eventName": "INSERT",
    "eventSource": "aws:dynamodb",
    "dynamodb": {
        "Keys": {},
        "SequenceNumber": "1",
        "NewImage": {
            "pk": {"S": "R#1"},
            "state": {"S": "filed"},
            "version": {"N": "1"},
            "history": {"L": [{"S": "{"}]},
        },
    },
}
