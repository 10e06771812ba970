"""Every page can be read in English: the catalogue is whole and current, and no label escapes it."""

import html
import pathlib
import re
from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from flask.testing import FlaskClient

from infra import catalogue
from infra.local import dev, engine, seed
from portal import app as portal_app
from portal.config import Config
from tests.project import hostile, url_map, world
from tests.project.test_rights import NAMES, person_of

World = dict[str, str]
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff01-\uffef]+")
IN_CHINESE = re.compile(r"<(?!html)(\w+)[^>]* lang=\"zh[^\"]*\"[^>]*>.*?</\1>", re.DOTALL)
BLANK = re.compile(r"%\(\w+\)[a-z]|%%|\{\w+\}")


def test_the_catalogue_holds_what_pages_say_and_nothing_else() -> None:
    """`make catalogue` brings it up to date."""
    kept, said = ({each.id for each in source if each.id} for source in (catalogue.read(), catalogue.collect()))

    assert said - kept == set(), "said on a page, not in the catalogue"
    assert kept - said == set(), "in the catalogue, said nowhere"


def test_every_sentence_has_english_that_someone_looked_at() -> None:
    assert catalogue.untranslated(catalogue.read()) == []


def test_the_english_has_the_blanks_of_the_chinese_and_no_chinese() -> None:
    pairs = [(str(each.id), str(each.string)) for each in catalogue.read() if each.id]

    assert [pair for pair in pairs if sorted(BLANK.findall(pair[0])) != sorted(BLANK.findall(pair[1]))] == []
    assert [pair for pair in pairs if CHINESE.search(pair[1])] == []


def test_make_catalogue_names_what_is_new_and_drops_what_nobody_says(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "messages.po"
    file.write_text(
        catalogue.FILE.read_text(encoding="utf-8").replace('msgid "查进度"', 'msgid "没人说的话"'), encoding="utf-8"
    )
    monkeypatch.setattr(catalogue, "FILE", file)

    assert catalogue.main() == 1
    assert capsys.readouterr().out == "查进度\n"
    assert "没人说的话" not in file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def everything(running_engine: engine.Engine) -> Iterator[World]:
    """The world, with the points and facts that followed from its deeds."""
    from functions import react  # noqa: PLC0415 - binds storage when it is imported

    with world.standing(running_engine) as (config, known):
        react.handler({"Records": world.records(config)}, None)
        yield known


def english(audience: str, person: str) -> FlaskClient:
    client = world.client(audience, person)
    client.set_cookie("lang", "en")
    return client


NAMED = "庐山社区 第三网格 庐山路12号 宁小蜂驿站 全能 陈兰 陈小兰 陈*兰"
TOLD = "3号楼东侧垃圾桶满了，两天没人清 东侧 已到现场 已经清运并冲洗了地面 现场看过，已清理 楼道清洁"
TYPED = {value for form in hostile.FORMS.values() for value in form.fields.values() if CHINESE.search(value)}
DATA = sorted({*NAMED.split(), *TOLD.split(), *TYPED}, key=len, reverse=True)
"""What the people of the world are called, and what they wrote."""


def leaks(text: str) -> list[str]:
    """What a page says in Chinese beyond names, typed words and parts that say they are Chinese."""
    text = html.unescape(IN_CHINESE.sub("", text))
    for words in DATA:
        text = text.replace(words, "")
    return CHINESE.findall(text)


PAGES = [
    route
    for route in url_map.routes()
    if route.method == "GET" and not route.path.startswith("/S/") and "pdf" not in route.path
]


@pytest.mark.slow
@pytest.mark.parametrize("route", PAGES, ids=str)
def test_a_page_has_no_label_left_in_chinese(everything: World, route: url_map.Route) -> None:
    path = re.sub(r"<(\w+)>", lambda found: NAMES[found[1]], route.path).format(**everything)

    answer = english(route.audience, person_of(route)).get(path)

    assert leaks(answer.text) == []
    assert answer.status_code != 200 or answer.mimetype != "text/html" or '<html lang="en"' in answer.text


STATES = ("submitted", "filed", "dispatched", "signed", "started", "handled", "verified", "closed")


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_a_report_is_told_in_english_all_the_way(everything: World, state: str) -> None:
    reporter = english("resident", "").get(f"/t/{everything[state]}?key={everything[f'{state}_key']}")
    staff = english("staff", "chief").get(f"/staff/reports/{everything[state]}")

    assert leaks(reporter.text) == []
    assert leaks(staff.text) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", hostile.FORMS)
def test_what_a_form_misses_is_said_in_english(everything: World, name: str) -> None:
    form = hostile.FORMS[name]
    client = english(name.split(maxsplit=1)[0], form.person)

    for field in form.required:
        sent = {each: value.format(**everything) for each, value in form.fields.items() if each != field}
        answers = [
            client.post(form.path.format(**everything), data={**sent, field: value}) for value in ("", "9" * 999)
        ]
        assert [leaks(answer.text) for answer in answers] == [[], []], field


@pytest.mark.slow
@pytest.mark.parametrize("name", hostile.FORMS)
def test_what_a_form_leads_to_is_told_in_english(everything: World, name: str) -> None:
    """Sent twice: once it is taken, once it comes too late."""
    form = hostile.FORMS[name]
    client = english(name.split(maxsplit=1)[0], form.person)
    sent = {field: value.format(**everything) for field, value in form.fields.items()}

    first, second = (client.post(form.path.format(**everything), data=sent, follow_redirects=True) for _ in range(2))

    assert leaks(first.text) == []
    assert leaks(second.text) == []


@pytest.mark.slow
@pytest.mark.parametrize("page", ["outbox", "clock", "role"])
def test_the_pages_of_a_local_run_are_read_in_english(everything: World, page: str) -> None:
    app = portal_app.create_app(Config.from_env(), "volunteer")
    app.register_blueprint(dev.build(memory=Mock(), moved=Mock()))
    client = app.test_client()
    client.set_cookie("lang", "en")
    names = "|".join(each["name"] for each in seed.read("people")["staff"])

    answer = client.get(f"/dev/{page}")

    assert answer.status_code == 200
    assert leaks(re.sub(names, "", answer.text)) == []


@pytest.mark.slow
def test_a_page_that_is_not_there_says_so_in_english(everything: World) -> None:
    answer = english("resident", "").get("/nowhere")

    assert answer.status_code == 404
    assert "Not found" in answer.text
    assert leaks(answer.text) == []


@pytest.mark.slow
def test_the_same_page_in_chinese_would_be_noticed(everything: World) -> None:
    assert leaks(world.client("resident", "").get("/help").text) != []
