"""What staff and volunteers read about awards, and what hostile input gets."""

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.awards import service
from portal.config import Config
from portal.workflow import Actor, Role
from tests.awards import house
from tests.awards.house import AUDITOR, COMMUNITY, LI, MONTH, NOW, OUTSIDER, WANG
from tests.conftest import ClientFor

PAGE = "/staff/awards/2026-10"
GRID_WORKER = Actor(id="zhao", name="赵一", roles=frozenset({Role.GRID_WORKER}), scope=COMMUNITY)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def people(storage: Config) -> list[str]:
    return house.settle_in()


def volunteer(who: str) -> Actor:
    return Actor(id=who, name="陈桂兰", kind="volunteer", roles=frozenset({Role.VOLUNTEER}), scope=COMMUNITY)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def test_the_whole_way_from_open_to_published_through_the_pages(
    people: list[str], client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    li, wang = client_for("staff", LI), client_for("staff", WANG)
    assert "陈桂兰" in text(li, PAGE)
    assert li.post(f"{PAGE}/open").status_code == 303
    chosen = {"version": version(text(li, PAGE)), "winners": people[0]}
    assert li.post(f"{PAGE}/propose", data=chosen).status_code == 303
    assert "批准名单" not in text(li, PAGE)
    assert li.post(f"{PAGE}/decide", data={"version": 2}).status_code == 403
    for name in ("decide", "publicise"):
        assert wang.post(f"{PAGE}/{name}", data={"version": version(text(wang, PAGE))}).status_code == 303
    assert wang.post(f"{PAGE}/publish", data={"version": 4}).status_code == 403
    at(monkeypatch, NOW + timedelta(days=8))
    wang = client_for("staff", WANG)  # eight days later, signed in anew
    for _ in range(2):
        assert wang.post(f"{PAGE}/publish", data={"version": 4}).status_code == 303
    assert "已发布" in text(wang, PAGE)
    assert [each.month for each in service.list_honours(volunteer=people[0])] == [MONTH]


def test_the_month_shows_components_inputs_and_links_to_the_records_behind_them(
    people: list[str], client_for: ClientFor
) -> None:
    page = text(client_for("staff", AUDITOR), f"{PAGE}?community={COMMUNITY}")

    assert f"/staff/records/{people[0]}0" in page
    assert "登记 2 次，到场 2 次" in page
    assert "40.00 / 40" in page
    assert "V-1" in page
    assert "<button" not in page[page.index("<main") :]


@pytest.mark.parametrize("path", ["/staff/awards", PAGE])
def test_other_roles_and_people_signed_out_do_not_get_in(people: list[str], client_for: ClientFor, path: str) -> None:
    assert client_for("staff", GRID_WORKER).get(path).status_code == 403
    out = client_for("staff").get(path)
    assert (out.status_code, out.location.split("?")[0]) == (303, "/staff/sign-in")


@pytest.mark.parametrize(
    "path",
    ["/staff/awards/2026-13", "/staff/awards/2026-1", "/staff/awards/0001-01", "/staff/awards/9999-12",
     "/staff/awards/2019-12", "/staff/awards/2026-12", "/staff/awards/%00", "/staff/awards/二〇二六"],
)  # fmt: skip
def test_a_month_that_cannot_be_is_not_found(people: list[str], client_for: ClientFor, path: str) -> None:
    assert client_for("staff", LI).get(path).status_code == 404


def test_another_community_is_not_found_by_any_door(people: list[str], client_for: ClientFor) -> None:
    client = client_for("staff", Actor(id="street", roles=LI.roles, scope="320105903"))
    for path in ("/staff/awards", PAGE):
        assert client.get(f"{path}?community={COMMUNITY}").status_code == 404
    for name in ("open", "propose", "decide", "publish", "recall", "cancel"):
        sent = client.post(
            f"{PAGE}/{name}?community={COMMUNITY}", data={"version": 1, "winners": "V1", "reason": "原因"}
        )
        assert sent.status_code == 404
    assert client_for("staff", OUTSIDER).get(PAGE).status_code == 404


def test_an_auditor_cannot_move_anything(people: list[str], client_for: ClientFor) -> None:
    client = client_for("staff", AUDITOR)
    for name in ("open", "propose", "decide", "publicise", "publish", "recall", "cancel"):
        assert client.post(f"{PAGE}/{name}?community={COMMUNITY}", data={"version": 1}).status_code == 403


def test_a_stale_page_keeps_what_was_typed_and_shows_what_is_true_now(people: list[str], client_for: ClientFor) -> None:
    li, wang = client_for("staff", LI), client_for("staff", WANG)
    li.post(f"{PAGE}/open")
    stale = {"version": 1, "winners": people[1], "reason": "他更合适"}
    assert li.post(f"{PAGE}/propose", data=stale | {"winners": people[0], "reason": ""}).status_code == 303

    answer = wang.post(f"{PAGE}/propose", data=stale)
    assert answer.status_code == 409
    assert "刚才有人先处理了" in answer.get_data(as_text=True)
    assert li.post(f"{PAGE}/open").status_code == 409


HOSTILE: list[dict[str, object]] = [
    {},
    {"version": ""},
    {"version": "x"},
    {"version": "-1"},
    {"version": "99999999999999999999"},
    {"version": ["1", "1"]},
    {"version": "1", "reason": "长" * 10000, "winners": "V1"},
    {"version": "1", "reason": ["好", "好"], "winners": "V1"},
    {"version": "1", "reason": b"\xff\xfe", "winners": "V1"},
    {"version": "1", "reason": "好", "winners": ["V"] * 500},
    {"version": "1", "reason": "<script>alert(1)</script>", "winners": "V" * 5000},
    {"version": "1", "reason": "=1+1", "winners": "\u202enobody"},
]


def test_hostile_input_gets_a_sentence_and_changes_nothing(people: list[str], client_for: ClientFor) -> None:
    client = client_for("staff", LI)
    client.post(f"{PAGE}/open")

    for data in HOSTILE:
        for name in ("propose", "recall", "decide"):
            answer = client.post(f"{PAGE}/{name}", data=data)
            assert answer.status_code in {409, 422}, data
            assert "<script>alert" not in answer.get_data(as_text=True)
    found = service.view_round(actor=LI, community=COMMUNITY, month=MONTH, now=NOW).round
    assert found
    assert found.version == 1


def test_a_bad_proposal_is_shown_again_with_its_faults(people: list[str], client_for: ClientFor) -> None:
    client = client_for("staff", LI)
    client.post(f"{PAGE}/open")

    answer = client.post(f"{PAGE}/propose", data={"version": 1, "winners": people[1]})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "没有按得分先后选择" in page
    assert re.search(rf'value="{people[1]}"[^>]* checked', page)
    assert not re.search(rf'value="{people[0]}"[^>]* checked', page)


def test_a_volunteer_reads_their_own_honours_and_score_and_nobody_elses(
    people: list[str], client_for: ClientFor
) -> None:
    house.published(people)
    winner, other = client_for("volunteer", volunteer(people[0])), client_for("volunteer", volunteer(people[2]))

    honours = text(winner, "/me/certificates")
    assert "2026年10月社区志愿服务激励·志愿之星" in honours
    assert "未盖章无效" in honours
    assert "还没有荣誉" in text(other, "/me/certificates")
    assert "您在候选名单里，第 1 位" in text(winner, "/me/scores?month=2026-10")
    page = text(other, "/me/scores?month=2026-10")
    assert "您排在第 3 位" in page
    assert people[0] not in page
    assert "张" not in page


def test_a_month_still_open_says_that_the_score_may_change(people: list[str], client_for: ClientFor) -> None:
    client = client_for("volunteer", volunteer(people[0]))

    assert "这是目前的得分" in text(client, "/me/scores?month=2026-10")
    assert "这个月还没有您的服务记录" in text(client, "/me/scores")
    for month in ("2026-12", "x", "0001-01", "2026-10-01"):
        assert client.get(f"/me/scores?month={month}").status_code == 404


def test_own_pages_send_people_signed_out_to_the_door(client_for: ClientFor) -> None:
    for path in ("/me/scores", "/me/certificates"):
        assert client_for("volunteer").get(path).location.startswith("/sign-in?")
