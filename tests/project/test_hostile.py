"""Hostile input at every door: a sentence in the page's language, nothing stored, never a stack trace."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from infra.local import engine
from portal import limits
from portal.config import Config
from tests.project import hostile, url_map, world

pytestmark = pytest.mark.slow
World = dict[str, str]


@pytest.fixture(scope="module")
def found(running_engine: engine.Engine) -> Iterator[tuple[Config, World]]:
    with world.standing(running_engine) as standing:
        yield standing


@pytest.fixture(scope="module")
def config(found: tuple[Config, World]) -> Config:
    return found[0]


@pytest.fixture(scope="module")
def everything(found: tuple[Config, World]) -> Iterator[World]:
    """Counters of limits stand still, so that each throw reaches its form."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "hit", lambda **_: None)
        yield found[1]


class Thrower:
    """Sends one form of the corpus again and again, and sees that nothing came of what was refused."""

    def __init__(self, name: str, known: World) -> None:
        self.form = hostile.FORMS[name]
        self.known = known
        self.client = world.client(name.split(maxsplit=1)[0], self.form.person)
        self.plain = [(field, value.format(**known)) for field, value in self.form.fields.items()]

    def send(self, pairs: list[tuple[str, Any]]) -> TestResponse:
        path = self.form.path.format(**self.known)
        return self.client.post(path, data=urlencode(pairs), content_type="application/x-www-form-urlencoded")

    def throw(self, field: str, value: Any) -> TestResponse:
        return self.send([(each, value if each == field else kept) for each, kept in self.plain])


def assert_plain(answer: TestResponse) -> None:
    """A person reads what happened, in the page's language, and no trace of the machinery."""
    assert answer.status_code < 500
    assert "Traceback" not in answer.text
    if answer.status_code >= 400:
        assert re.search(r'<html lang="zh', answer.text)
        assert re.search(r"[\u4e00-\u9fff]{4}", answer.text)


@pytest.mark.parametrize("name", hostile.FORMS)
def test_what_no_field_takes_is_refused_and_nothing_is_stored(everything: World, config: Config, name: str) -> None:
    thrower, form = Thrower(name, everything), hostile.FORMS[name]
    before = world.stored(config)

    for field in [each for each in form.fields if each not in form.loose]:
        answers = {throw: thrower.throw(field, value) for throw, value in hostile.REFUSED.items()}
        answers["sent twice"] = thrower.send([*thrower.plain, (field, form.fields[field])])
        if field in form.required:
            answers["nothing but a null"] = thrower.throw(field, "\0")
            answers["missing"] = thrower.send([pair for pair in thrower.plain if pair[0] != field])
        for throw, answer in answers.items():
            assert_plain(answer)
            assert 400 <= answer.status_code < 500, (field, throw)
            assert form.keeps in {"", field} or form.fields[form.keeps] in answer.text, (field, throw)

    assert world.stored(config) == before


@pytest.mark.parametrize("name", hostile.FORMS)
def test_what_is_strange_is_words_in_a_field_for_words_and_refused_elsewhere(
    everything: World, config: Config, name: str
) -> None:
    thrower, form = Thrower(name, everything), hostile.FORMS[name]
    before = world.stored(config)

    for field, throw in [(field, throw) for field in form.fields for throw in hostile.STRANGE]:
        answer = thrower.throw(field, hostile.STRANGE[throw])
        assert_plain(answer)
        assert "<script>alert" not in answer.text
        assert field in (*form.free, *form.loose) or 400 <= answer.status_code < 500, (field, throw)
        if answer.status_code < 400:
            before = world.stored(config)

    assert world.stored(config) == before


@pytest.mark.parametrize("name", hostile.FORMS)
def test_a_body_of_another_kind_is_refused_and_nothing_is_stored(everything: World, config: Config, name: str) -> None:
    thrower, form = Thrower(name, everything), hostile.FORMS[name]
    path = form.path.format(**everything)
    bodies: list[tuple[str, bytes]] = [
        ("application/json", b"[]"),
        ("application/json", b"null"),
        ("application/x-www-form-urlencoded", b"%ff=%fe&&&=;"),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
        ("multipart/form-data", b""),
        ("text/plain", b"\xff\x00"),
        ("application/x-www-form-urlencoded", b"a=" + b"5" * 5_000_000),
    ]
    before = world.stored(config)

    for kind, body in bodies:
        answer = thrower.client.post(path, data=body, content_type=kind)
        assert_plain(answer)
        assert answer.status_code >= 400 or not form.required, kind

    assert world.stored(config) == before or not form.required


def test_a_body_of_five_megabytes_is_too_large(everything: World) -> None:
    answer = world.client("resident", "").post("/s", data={"description": "5" * 5_000_000})

    assert answer.status_code == 413


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    name=st.sampled_from(sorted(name for name, form in hostile.FORMS.items() if form.fields)),
    values=st.lists(st.text(max_size=60) | st.binary(max_size=60), min_size=1, max_size=12),
)
def test_whatever_is_sent_is_answered_plainly(everything: World, name: str, values: list[str | bytes]) -> None:
    thrower = Thrower(name, everything)
    fields = [*hostile.FORMS[name].fields, "key", "next", "lang"]

    try:
        body = [(field, value) for field, value in zip(fields, values, strict=False)]
        answer = thrower.send(body)
    except UnicodeEncodeError:  # a lone surrogate: no browser can send one
        return

    assert_plain(answer)


GETS = [route for route in url_map.routes() if route.method == "GET"]
ODD = [
    "%ff%fe",
    "%00",
    quote("🐝"),
    quote("<script>alert(1)</script>"),
    "x" * 2000,
    "..%2f..%2fetc",
    "2026-99",
    "-1",
    "null",
]
QUERY = (
    "?cursor=AAAA&after=AAAA&state=x&month=2026-99&desk=[]&page=-1&key=%ff&lang=%00&size=x&next=//evil.example&done=%ff"
)


@pytest.mark.parametrize("route", GETS, ids=str)
def test_hostile_addresses_and_queries_are_answered_plainly(everything: World, route: url_map.Route) -> None:
    person = {"staff": "chief", "volunteer": "volunteer"}.get(route.audience, "")
    client = world.client(route.audience, person)
    first_choice = re.sub(r"<any\((\w+)[^>]*>", r"\1", route.path)
    paths = [re.sub(r"<[^>]+>", odd, first_choice) for odd in ODD]

    for path in dict.fromkeys([*paths, *(path + QUERY for path in paths)]):
        answer = client.get(path)
        assert answer.status_code < 500, path
        assert "Traceback" not in answer.text
        assert "<script>alert" not in answer.text
        assert urlsplit(answer.headers.get("Location", "")).netloc in {"", "localhost"}
