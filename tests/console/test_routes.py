"""What anyone reads on the first pages, what the board never says, and what waits for staff."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.areas import service as areas
from portal.awards import service as awards
from portal.config import Config
from portal.reports import service as reports
from portal.workflow import Actor, Role
from tests.awards import house
from tests.awards.house import COMMUNITY, LI, NOW, WANG
from tests.conftest import ClientFor
from tests.reports import build


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def places(storage: Config) -> None:
    areas.forget()
    house.add_places()


def text(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.get_data(as_text=True)


def solve(n: int, subcategory: str = "0104", *, days_ago: int = 0) -> str:
    """Take a report from its form to its close; return its reference."""
    at = NOW - timedelta(days=days_ago)
    draft = build.draft(
        submission_key=f"key-{n:032d}", description="三号楼老王家门口，电话打不通", category=subcategory[:2]
    )
    found = reports.submit_report(draft=draft, now=at)
    by = {"reference": found.reference, "now": at}
    found = reports.file_report(actor=build.DISPATCHER, version=1, subcategory=subcategory, urgency="P3", **by)  # type: ignore[arg-type]
    found = reports.dispatch_report(actor=build.DISPATCHER, version=2, department="SAN", **by)  # type: ignore[arg-type]
    for version, move in enumerate((reports.sign_report, reports.start_report), start=3):
        move(actor=build.HANDLER, version=version, **by)  # type: ignore[arg-type]
    reports.handle_report(actor=build.HANDLER, version=5, result="已经清理干净了", **by)  # type: ignore[arg-type]
    reports.verify_report(actor=build.VERIFIER, version=6, **by)  # type: ignore[arg-type]
    reports.close_report(actor=build.VERIFIER, version=7, note="现场看过了", **by)  # type: ignore[arg-type]
    return found.reference


def test_home_has_three_doors_and_opens_without_any_data(client_for: ClientFor) -> None:
    page = text(client_for("resident"), "/")

    for door in ("/s", "/t", "/join"):
        assert f'href="{door}"' in page
    assert "上个月" not in page


def test_home_counts_what_was_solved_last_month(places: None, client_for: ClientFor) -> None:
    for n in range(2):
        solve(n, days_ago=15)

    page = text(client_for("resident"), "/")
    assert "上个月，庐山社区解决了 2 件" in page
    assert "宁小蜂驿站" in page


@pytest.mark.parametrize("typed", ["k7m2q4", "K7M2-Q4", " k7m2 q4 "])
def test_a_code_typed_on_the_home_page_opens_its_form(client_for: ClientFor, typed: str) -> None:
    answer = client_for("resident").get("/", query_string={"code": typed})

    assert (answer.status_code, answer.location) == (303, "/s/K7M2Q4")


@pytest.mark.parametrize(
    "typed", ["0", "K7M2Q4X", "//evil.example", "<script>", "汉字汉字汉字", "a" * 10000, "\u202eK7M2Q4", "K7M2Q\x00"]
)
def test_what_is_no_code_is_said_so_and_kept(client_for: ClientFor, typed: str) -> None:
    answer = client_for("resident").get("/", query_string={"code": typed})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "站牌编号是 6 位字母和数字" in page
    assert "<script>" not in page


def test_the_board_shows_kinds_and_counts_and_nothing_of_the_reporter(places: None, client_for: ClientFor) -> None:
    reference = solve(1)
    solve(2, "0203")

    page = text(client_for("resident"), f"/board/{COMMUNITY}")
    assert "解决了 2 件" in page
    assert "垃圾桶满溢破损" in page
    for secret in (reference, "老王", "电话打不通", "现场看过", "已经清理"):
        assert secret not in page
    assert text(client_for("resident"), "/board") == page


@pytest.mark.parametrize("subcategory", ["0801", "0701", "0901"])
def test_nothing_confidential_reaches_the_board_not_even_as_a_count(
    places: None, client_for: ClientFor, subcategory: str
) -> None:
    solve_confidential(subcategory)

    page = text(client_for("resident"), "/board")
    assert "这个月还没有办结的问题" in page
    assert "解决了 0 件" in page


def solve_confidential(subcategory: str) -> None:
    """Close a report that the street's own people handle where the community may not see it."""
    found = reports.submit_report(draft=build.draft(category=subcategory[:2]), now=NOW)
    desk = found.desk
    dispatcher = build.staff("dora", Role.DISPATCHER, desk, scope=COMMUNITY[:9])
    by = {"reference": found.reference, "now": NOW}
    reports.file_report(actor=dispatcher, version=1, subcategory=subcategory, urgency="P3", **by)  # type: ignore[arg-type]
    dispatcher = build.staff("dora", Role.DISPATCHER, COMMUNITY[:9], COMMUNITY, scope=COMMUNITY[:9])
    reports.dispatch_report(actor=dispatcher, version=2, department="SAN", **by)  # type: ignore[arg-type]
    reports.sign_report(actor=build.HANDLER, version=3, **by)  # type: ignore[arg-type]
    reports.start_report(actor=build.HANDLER, version=4, **by)  # type: ignore[arg-type]
    reports.handle_report(actor=build.HANDLER, version=5, result="已经处理好了", **by)  # type: ignore[arg-type]
    verifier = build.staff("vera", Role.VERIFIER, COMMUNITY[:9], COMMUNITY, scope=COMMUNITY[:9])
    reports.verify_report(actor=verifier, version=6, **by)  # type: ignore[arg-type]
    reports.close_report(actor=verifier, version=7, note="核对过了", **by)  # type: ignore[arg-type]


def test_the_board_thanks_by_masked_names_and_never_names_who_did_not_agree(
    storage: Config, client_for: ClientFor
) -> None:
    people = house.settle_in()
    house.published(people)

    page = text(client_for("resident"), "/board")
    assert "陈*兰" in page
    assert "陈桂兰" not in page
    assert not any(name in page for name in house.NAMES)
    said = re.sub(r"<[^>]*>", " ", page[page.index("<main") :])
    assert not re.search(r"\d+\.\d\d", said)  # no score
    assert people[0] not in page


def test_a_round_in_publicity_says_until_when_and_where_to_object(storage: Config, client_for: ClientFor) -> None:
    house.publicised(house.settle_in())

    page = text(client_for("resident"), "/board")
    assert "公示中" in page
    assert "11月17日 18:00" in page


def test_a_street_lists_its_communities_and_other_places_are_not_found(places: None, client_for: ClientFor) -> None:
    client = client_for("resident")

    assert f"/board/{COMMUNITY}" in text(client, f"/board/{COMMUNITY[:9]}")
    for path in ("320105902999", "1", "x" * 500, f"{COMMUNITY}001", "%00", "\u202e320105902901"):
        text(client, f"/board/{path}", 404)


@pytest.mark.parametrize("month", ["2026-12", "2024-10", "0001-01", "9999-12", "x", "2026-11-01", "-1"])
def test_a_month_without_a_board_is_not_found(places: None, client_for: ClientFor, month: str) -> None:
    text(client_for("resident"), f"/board?month={month}", 404)


def test_past_months_can_be_leafed_through(places: None, client_for: ClientFor) -> None:
    page = text(client_for("resident"), "/board?month=2026-10")

    assert "?month=2026-09" in page
    assert "?month=2026-11" in page
    assert "感谢志愿者" not in page


def test_help_and_privacy_say_who_answers_for_personal_data(client_for: ClientFor) -> None:
    client = client_for("resident")

    assert "查询码" in text(client, "/help")
    assert "社区居民委员会" in text(client, "/privacy")


def test_every_public_page_speaks_english_too(places: None, client_for: ClientFor) -> None:
    client = client_for("resident")
    for path in ("/", "/board", "/help", "/privacy"):
        answer = client.get(path, headers={"Accept-Language": "en"})
        assert answer.status_code == 200
        assert 'lang="en"' in answer.get_data(as_text=True)


def test_the_first_page_of_staff_shows_only_what_is_theirs(storage: Config, client_for: ClientFor) -> None:
    house.settle_in(volunteers_in_all=1, served=1)
    reports.submit_report(draft=build.draft(), now=NOW - timedelta(days=3))
    awards.open_round(actor=LI, community=COMMUNITY, month=house.MONTH, now=NOW)

    dispatcher = text(client_for("staff", build.DISPATCHER), "/staff")
    assert "1 件超时" in dispatcher
    assert "/staff/awards/2026-10" not in dispatcher
    second = text(client_for("staff", WANG), "/staff")
    assert "/staff/awards/2026-10" in second
    assert "待提名单" in second
    nobody = Actor(id="keeper", name="站长", roles=frozenset({Role.HANDLER}), scope=COMMUNITY)
    assert "今天没有等您办的事" in text(client_for("staff", nobody), "/staff")


def test_who_holds_many_desks_is_told_of_those_not_shown(places: None, client_for: ClientFor) -> None:
    desks = tuple(f"{COMMUNITY}{n:03d}" for n in range(1, 13))
    worker = Actor(id="gao", name="高工", roles=frozenset({Role.GRID_WORKER}), scope=COMMUNITY, desks=desks)

    page = text(client_for("staff", worker), "/staff")
    assert page.count("/staff/reports?desk=") == 6
    assert "还有 6 个收件箱" in page


def test_staff_signed_out_are_sent_to_the_door_and_volunteers_do_not_get_in(
    storage: Config, client_for: ClientFor
) -> None:
    answer = client_for("staff").get("/staff")
    assert (answer.status_code, answer.location) == (303, "/staff/sign-in?next=/staff")
    volunteer = Actor(id="V1", kind="volunteer", roles=frozenset({Role.VOLUNTEER}), scope=COMMUNITY)
    assert client_for("staff", volunteer).get("/staff").location == "/staff/sign-in?next=/staff"
