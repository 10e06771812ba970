import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import clock
from portal.reports import domain, forms, repository, service
from portal.reports.domain import State
from portal.workflow import Actor, Role
from tests.areas import build as area_build
from tests.reports import hostile
from tests.reports.build import (
    ADMIN,
    AUDITOR,
    COMMUNITY,
    DISPATCHER,
    ELSEWHERE,
    GRID,
    GRID_WORKER,
    HANDLER,
    NOW,
    SAN,
    VERIFIER,
    draft,
    staff,
)

ClientFor = Callable[..., FlaskClient]
INBOX = "/staff/reports"
RESULT = "垃圾桶已经清空，地面也冲洗干净了"
FILING = {"version": "1", "subcategory": "0104", "urgency": "P3", "place": "3号楼东侧"}


@pytest.fixture(autouse=True)
def _world(storage: object, now: datetime) -> None:
    area_build.places()


@pytest.fixture
def report() -> domain.Report:
    return service.submit_report(draft=draft(phone="13912345678"), now=NOW)


@pytest.fixture
def at(client_for: ClientFor) -> Callable[[Actor], FlaskClient]:
    return lambda actor: client_for("staff", actor)


At = Callable[[Actor], FlaskClient]


def stored(report: domain.Report) -> domain.Report:
    found = repository.find_whole(report.reference)
    assert found is not None
    return found


def url(report: domain.Report, move: str = "") -> str:
    return f"{INBOX}/{report.reference}/{move}".rstrip("/")


def test_a_stranger_is_asked_to_sign_in(client_for: ClientFor, report: domain.Report) -> None:
    client = client_for("staff")
    for answer in (client.get(INBOX), client.get(url(report)), client.post(url(report, "file"), data=FILING)):
        assert answer.status_code == 303
        assert answer.location.startswith("/staff/sign-in")


def test_an_empty_desk_says_so_and_offers_the_next_step(at: At) -> None:
    page = at(DISPATCHER).get(INBOX)
    assert page.status_code == 200
    assert "今天没有待办" in page.text
    assert "登记一件来电来访" in page.text


def test_someone_without_a_desk_is_told_who_gives_one(at: At) -> None:
    nobody = Actor(id="n", name="新同事", roles=frozenset({Role.VERIFIER}), scope=COMMUNITY)
    assert "您还没有工作台" in at(nobody).get(INBOX).text


def test_an_auditor_is_told_how_to_open_a_report_without_an_inbox(at: At) -> None:
    auditor = Actor(id="a", name="何静", roles=frozenset({Role.AUDITOR}), scope=COMMUNITY)
    assert "监督员没有收件箱" in at(auditor).get(INBOX).text


def test_the_desk_shows_what_is_left_of_the_time_in_words(
    at: At, report: domain.Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = at(DISPATCHER).get(INBOX)
    assert "还剩 5 小时 30 分" in page.text
    assert report.reference[:4] in page.text
    client = at(DISPATCHER)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=7))
    late = client.get(INBOX)
    assert "已超 1 小时 30 分" in late.text
    assert re.search(r'class="n late"[^>]*>已超', late.text)


def test_limits_are_told_in_words(at: At, report: domain.Report) -> None:
    service.file_report(
        actor=DISPATCHER, reference=report.reference, version=1, subcategory="0206", urgency="P3", now=NOW
    )
    page = at(DISPATCHER).get(url(report))
    assert "5 个工作日" in page.text
    assert "先控制险情：1 个工作日" in page.text


def test_the_reporters_own_guess_comes_first_when_filing(at: At) -> None:
    new = service.submit_report(draft=draft(category="06"), now=NOW)
    first = re.search(r'<optgroup label="([^"]+)"', at(DISPATCHER).get(url(new)).text)
    assert first
    assert first[1] == "安全隐患"


def test_a_filter_by_state_says_what_it_looked_at(at: At, report: domain.Report) -> None:
    client = at(DISPATCHER)
    assert "看了 1 件" in client.get(f"{INBOX}?state=submitted").text
    assert "没有这种状态的件" in client.get(f"{INBOX}?state=filed").text
    assert client.get(f"{INBOX}?state=nonsense").status_code == 200


def test_the_desk_is_paged_by_signed_links(at: At) -> None:
    for number in range(51):
        form = draft(submission_key=f"form-number-{number:05d}", description=f"第{number}件事情要办")
        service.submit_report(draft=form, now=NOW + timedelta(minutes=number))
    client = at(DISPATCHER)
    first = client.get(INBOX)
    assert "50 件" in first.text
    link = re.search(r'href="(\?[^"]*after=[^"]+)"', first.text)
    assert link
    second = client.get(INBOX + link[1].replace("&amp;", "&"))
    assert "第50件事情要办" in second.text
    assert "第49件事情要办" not in second.text
    for forged in (link[1][:-2], "?after=x", "?after=" + "9" * 5000, "?after=e30.x"):
        assert client.get(INBOX + forged.replace("&amp;", "&")).status_code == 422
    other = client.get(INBOX + link[1].replace("&amp;", "&") + f"&desk={SAN}")
    assert other.status_code in {403, 422}


@pytest.mark.parametrize("desk", [SAN, "320105902902", "x", "😀", "3" * 4000])
def test_a_desk_of_others_stays_closed(at: At, desk: str) -> None:
    assert at(DISPATCHER).get(INBOX, query_string={"desk": desk}).status_code == 403


def test_the_whole_way_in_forms(at: At, report: domain.Report) -> None:
    way: list[tuple[Actor, str, dict[str, str]]] = [
        (DISPATCHER, "file", {"subcategory": "0104", "urgency": "P3", "place": "3号楼东侧"}),
        (DISPATCHER, "dispatch", {"department": "SAN"}),
        (HANDLER, "sign", {}),
        (HANDLER, "start", {"note": "已电话联系"}),
        (HANDLER, "handle", {"result": RESULT}),
        (VERIFIER, "rework", {"reason": "还有味道没散"}),
        (HANDLER, "handle", {"result": RESULT}),
        (VERIFIER, "verify", {}),
        (VERIFIER, "close", {"note": "现场看过，已经干净"}),
    ]
    for number, (actor, move, form) in enumerate(way, 1):
        client = at(actor)
        page = client.get(url(report))
        assert f'action="{url(report, move)}"' in page.text
        answer = client.post(url(report, move), data={"version": str(number), **form})
        assert (answer.status_code, answer.location) == (303, f"{url(report)}?done={move}")
    done = stored(report)
    assert (done.state, done.version) == (State.CLOSED, 10)
    page = at(VERIFIER).get(url(report))
    assert "这一件已经结束" in page.text
    assert RESULT in page.text


def test_a_report_is_rejected_with_words_to_the_reporter(at: At, report: domain.Report) -> None:
    form = {"version": "1", "reason_code": "out_of_area", "note": "这条路归隔壁社区"}
    assert at(DISPATCHER).post(url(report, "reject"), data=form).status_code == 303
    assert stored(report).state == State.REJECTED


def test_who_has_nothing_to_do_is_told_where_the_report_is(at: At, report: domain.Report) -> None:
    page = at(AUDITOR).get(url(report))
    assert page.status_code == 200
    assert "现在不用您操作" in page.text
    assert "庐山社区" in page.text


@pytest.mark.parametrize("actor", [ELSEWHERE, HANDLER])
def test_a_report_out_of_sight_does_not_exist(at: At, report: domain.Report, actor: Actor) -> None:
    client = at(actor)
    unknown = client.get(f"{INBOX}/22222222")
    assert client.get(url(report)).status_code == unknown.status_code == 404
    assert client.post(url(report, "file"), data=FILING).status_code == 404
    assert client.post(url(report, "reveal"), data={"version": "1", "reason": "想看一看"}).status_code == 404
    assert stored(report) == report


def test_a_stale_page_shows_both_versions_and_keeps_what_was_typed(at: At, report: domain.Report) -> None:
    service.file_report(
        actor=DISPATCHER, reference=report.reference, version=1, subcategory="0104", urgency="P3", now=NOW
    )
    form = {"version": "1", "reason_code": "out_of_area", "note": "这条路归隔壁社区管"}
    page = at(staff("dong", Role.DISPATCHER)).post(url(report, "reject"), data=form)
    assert page.status_code == 409
    for words in ("这条路归隔壁社区管", "不在本社区范围内", "您打开时", "待受理", "已立案", "受理立案"):
        assert words in page.text
    assert stored(report).version == 2


def test_after_a_conflict_the_move_can_be_made_again_where_it_still_makes_sense(at: At, report: domain.Report) -> None:
    service.reveal_phone(actor=ADMIN, reference=report.reference, version=1, reason="核对地点", now=NOW)
    client = at(DISPATCHER)
    page = client.post(url(report, "file"), data=FILING)
    assert page.status_code == 409
    assert "看过了，仍然这样办" in page.text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    assert hidden["version"] == "2"
    assert client.post(url(report, "file"), data=hidden).status_code == 303
    assert stored(report).state == State.FILED


def test_a_move_tried_twice_is_a_conflict_and_changes_nothing(at: At, report: domain.Report) -> None:
    client = at(DISPATCHER)
    assert client.post(url(report, "file"), data=FILING).status_code == 303
    assert client.post(url(report, "file"), data=FILING).status_code == 409
    assert stored(report).version == 2


def test_the_handlers_own_work_cannot_be_verified_by_him(at: At, report: domain.Report) -> None:
    form: dict[str, Any] = {"reference": report.reference, "now": NOW}
    service.file_report(actor=DISPATCHER, version=1, subcategory="0104", urgency="P3", **form)
    service.dispatch_report(actor=DISPATCHER, version=2, department="SAN", **form)
    service.sign_report(actor=HANDLER, version=3, **form)
    service.start_report(actor=HANDLER, version=4, **form)
    service.handle_report(actor=HANDLER, version=5, result=RESULT, **form)
    both = Actor(id=HANDLER.id, roles=frozenset({Role.HANDLER, Role.VERIFIER}), scope=COMMUNITY, desks=(COMMUNITY, SAN))
    client = at(both)
    assert "开始核查" not in client.get(url(report)).text
    answer = client.post(url(report, "verify"), data={"version": "6"})
    assert answer.status_code == 403
    assert "承办人不能核查自己办的件" in answer.text


def test_a_grid_worker_is_told_who_files_the_harder_kinds(at: At, report: domain.Report) -> None:
    answer = at(GRID_WORKER).post(url(report, "file"), data={**FILING, "subcategory": "0203"})
    assert answer.status_code == 403
    assert "受理员" in answer.text


def test_a_complaint_about_staff_leaves_the_page_for_the_desk(at: At, report: domain.Report) -> None:
    client = at(DISPATCHER)
    answer = client.post(url(report, "file"), data={**FILING, "subcategory": "1202"})
    assert answer.status_code == 303
    assert "转到街道办理" in client.get(answer.location).text
    assert client.get(url(report)).status_code == 404


def test_a_station_keeper_writes_down_a_visit_and_reads_out_the_reference(at: At) -> None:
    keeper = Actor(id="k", name="站长", roles=frozenset({Role.STATION_KEEPER}), scope=COMMUNITY)
    client = at(keeper)
    page = client.get(client.post(f"{INBOX}/new", data={**CALL, "channel": "window"}).location)
    assert page.status_code == 200
    assert "请把查询码告诉来电人" in page.text


def test_a_phone_is_masked_until_someone_gives_a_reason(at: At, report: domain.Report) -> None:
    client = at(DISPATCHER)
    first = client.get(url(report)).text
    assert "139****5678" in first
    assert "13912345678" not in first
    empty = client.post(url(report, "reveal"), data={"version": "1", "reason": ""})
    assert empty.status_code == 422
    assert "13912345678" not in empty.text
    page = client.post(url(report, "reveal"), data={"version": "1", "reason": "核对地点"})
    assert page.status_code == 200
    assert "13912345678" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    again = client.get(url(report)).text
    assert "13912345678" not in again
    assert "查看手机号" in again
    assert "核对地点" in again


def test_the_page_of_a_report_escapes_what_people_wrote(at: At) -> None:
    words = hostile.HARMLESS["markup"]
    form = draft(description=words, place=words)
    new = service.submit_report(draft=form, now=NOW)
    for page in (at(DISPATCHER).get(url(new)), at(DISPATCHER).get(INBOX)):
        assert "<script>alert" not in page.text


BAD: list[tuple[str, Actor, dict[str, Any]]] = [
    ("file", DISPATCHER, {}),
    ("file", DISPATCHER, {**FILING, "subcategory": "9999"}),
    ("file", DISPATCHER, {**FILING, "urgency": "P9"}),
    ("file", DISPATCHER, {**FILING, "version": "x"}),
    ("file", DISPATCHER, {**FILING, "version": "0"}),
    ("file", DISPATCHER, {**FILING, "version": ["1", "1"]}),
    ("file", DISPATCHER, {**FILING, "place": "地" * 10_000}),
    ("file", DISPATCHER, {**FILING, "place": hostile.TEXTS["broken bytes"]}),
    ("reject", DISPATCHER, {"version": "1", "reason_code": "because", "note": "不想管这件事"}),
    ("reject", DISPATCHER, {"version": "1", "reason_code": "out_of_area", "note": "不"}),
    ("dispatch", DISPATCHER, {"version": "1", "department": "XYZ"}),
    ("dispatch", DISPATCHER, {"version": "1", "department": "😀"}),
    ("handle", HANDLER, {"version": "1", "result": "好了"}),
    ("handle", HANDLER, {"version": "1", "result": "好" * 10_000}),
    ("close", VERIFIER, {"version": "1", "note": ""}),
    ("rework", VERIFIER, {"version": "1", "reason": "差"}),
    ("reveal", DISPATCHER, {"version": "1", "reason": "看"}),
]


@pytest.mark.parametrize(("move", "actor", "form"), BAD)
def test_a_move_badly_filled_in_is_sent_back_with_what_was_typed(
    at: At, report: domain.Report, move: str, actor: Actor, form: dict[str, Any]
) -> None:
    insider = Actor(id=actor.id, roles=actor.roles, scope=COMMUNITY, desks=(COMMUNITY, SAN))
    page = at(insider).post(url(report, move), data=form)
    assert page.status_code in {404, 422}
    assert "Traceback" not in page.text
    assert stored(report) == report


def test_what_was_typed_comes_back_with_the_fault(at: At, report: domain.Report) -> None:
    page = at(DISPATCHER).post(
        url(report, "reject"), data={"version": "1", "reason_code": "", "note": "这条路归隔壁社区管"}
    )
    assert page.status_code == 422
    assert "这条路归隔壁社区管" in page.text
    assert "请选择不予受理的原因" in page.text
    assert "错误：" in page.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    move=st.sampled_from(sorted(forms.MOVES)),
    form=st.dictionaries(
        st.sampled_from(["version", "subcategory", "urgency", "place", "reason_code", "note", "department", "result"]),
        st.one_of(st.text(max_size=40), st.sampled_from(["1", "2", "0104", "P1", "SAN", "out_of_area"])),
    ),
)
def test_no_move_whatever_is_an_error_of_ours(at: At, move: str, form: dict[str, str]) -> None:
    new = service.submit_report(draft=draft(), now=NOW)
    body = {name: value.encode("utf-8", "replace") for name, value in form.items()}
    answer = _client(at).post(url(new, move), data=body)
    assert answer.status_code in {200, 303, 403, 409, 422}


def _client(at: At) -> FlaskClient:
    if not _kept:
        _kept.append(at(DISPATCHER))
    return _kept[0]


_kept: list[FlaskClient] = []


CALL = {
    "channel": "phone",
    "category": "01",
    "description": "来电说3号楼垃圾桶满了",
    "area": GRID,
    "place": "3号楼",
    "phone": "13912345678",
    "submission_key": "call-number-00000001",
}


def test_a_call_is_written_down_and_its_reference_read_out(at: At) -> None:
    client = at(DISPATCHER)
    assert "第三网格" in client.get(f"{INBOX}/new").text
    answer = client.post(f"{INBOX}/new", data=CALL)
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "请把查询码告诉来电人" in page.text
    assert client.get(f"{INBOX}/new?sent=<b>").status_code == 404
    found = service.list_desk(actor=DISPATCHER, desk=COMMUNITY).rows[0]
    whole = service.get_report(actor=DISPATCHER, reference=found.reference)
    assert (whole.channel, whole.area, whole.history[0].actor) == ("phone", GRID, "dina")
    assert client.post(f"{INBOX}/new", data=CALL).location == answer.location


@pytest.mark.parametrize(
    "change",
    [{"channel": "fax"}, {"area": "320105902902001"}, {"area": ""}, {"category": "99"}, {"description": "x"},
     {"phone": "123"}, {"submission_key": "x"}, {"description": "漏" * 10_000}, {"area": [GRID, GRID]}],
)  # fmt: skip
def test_a_call_badly_written_down_is_sent_back(at: At, change: dict[str, Any]) -> None:
    page = at(DISPATCHER).post(f"{INBOX}/new", data={**CALL, **change})
    assert page.status_code == 422
    assert "错误：" in page.text
    assert service.list_desk(actor=DISPATCHER, desk=COMMUNITY).rows == []


def test_the_same_call_form_with_other_words_is_kept_on_the_page(at: At) -> None:
    client = at(DISPATCHER)
    client.post(f"{INBOX}/new", data=CALL)
    page = client.post(f"{INBOX}/new", data={**CALL, "description": "另一个来电说路灯不亮"})
    assert page.status_code == 409
    assert "另一个来电说路灯不亮" in page.text


def test_only_those_who_take_calls_write_them_down(at: At) -> None:
    assert at(HANDLER).get(f"{INBOX}/new").status_code == 403
    street = Actor(id="s", roles=frozenset({Role.DISPATCHER}), scope="320105902", desks=("320105902",))
    assert at(street).get(f"{INBOX}/new").status_code == 404


def test_the_pages_are_read_in_english_too(at: At, report: domain.Report) -> None:
    client = at(DISPATCHER)
    client.set_cookie("lang", "en")
    assert "Environment" in client.get(INBOX).text
    assert "Bin overflow" in client.get(url(report)).text
