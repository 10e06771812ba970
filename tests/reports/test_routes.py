import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import clock
from portal.config import Config
from portal.errors import Busy
from portal.reports import domain, repository, rules, service
from portal.stations import domain as station_domain
from portal.stations import service as stations
from tests.areas import build as area_build
from tests.reports import hostile
from tests.reports.build import COMMUNITY, DISPATCHER, GRID, HANDLER, NOW, VERIFIER, VOLUNTEER
from tests.stations import build as station_build

ClientFor = Callable[..., FlaskClient]
FORM = {
    "category": "01",
    "description": "3号楼东侧垃圾桶满了，两天没人清",
    "place": "3号楼东侧",
    "phone": "139 1234 5678",
    "submission_key": "7f1d2f0c-3f5b-4c1e-9a63-2d7b1f6b9c01",
    "consent": "2026-11",
}


@pytest.fixture(autouse=True)
def _world(storage: object, now: datetime) -> None:
    area_build.places()


@pytest.fixture
def placard() -> station_domain.Placard:
    station = stations.add_station(actor=station_build.ADMIN, draft=station_build.draft())
    return stations.issue_placard(
        actor=station_build.ADMIN,
        community=COMMUNITY,
        station_id=station.id,
        series=station_domain.Series.POSTER,
        now=NOW,
    )


@pytest.fixture
def url(placard: station_domain.Placard) -> str:
    return f"/s/{placard.code}"


@pytest.fixture
def resident(client_for: ClientFor) -> FlaskClient:
    return client_for("resident")


def all_reports() -> list[domain.Row]:
    return service.list_desk(actor=DISPATCHER, desk=COMMUNITY).rows


def only_report() -> domain.Report:
    rows = all_reports()
    assert len(rows) == 1
    found = repository.find_whole(rows[0].reference)
    assert found is not None
    return found


def closed() -> tuple[domain.Report, str]:
    at = only_report()
    common: dict[str, Any] = {"reference": at.reference, "now": NOW}
    service.file_report(actor=DISPATCHER, version=1, subcategory="0104", urgency="P3", **common)
    service.dispatch_report(actor=DISPATCHER, version=2, department="SAN", **common)
    service.sign_report(actor=HANDLER, version=3, **common)
    service.start_report(actor=HANDLER, version=4, **common)
    service.handle_report(actor=HANDLER, version=5, result="垃圾桶已经清空，地面也冲洗干净了", **common)
    service.verify_report(actor=VERIFIER, version=6, **common)
    done = service.close_report(actor=VERIFIER, version=7, note="现场看过，已经干净", **common)
    return done, service.private_key(submission_key=FORM["submission_key"])


def test_the_form_is_filled_with_the_placards_place(resident: FlaskClient, url: str) -> None:
    page = resident.get(url)
    assert page.status_code == 200
    assert "宁小蜂驿站 · 庐山社区" in page.text
    assert 'value="宁小蜂驿站"' in page.text
    assert page.text.count('name="category"') == 13
    assert 'type="file"' not in page.text
    assert "119" in page.text
    assert "5 年" in page.text


def test_both_spellings_of_the_address_are_the_same_form(resident: FlaskClient, url: str) -> None:
    for spelling in (url, url.replace("/s/", "/S/"), url.lower()):
        page = resident.get(spelling)
        assert page.status_code == 200
        assert "宁小蜂驿站 · 庐山社区" in page.text


def test_a_report_is_stored_and_leads_to_its_private_link(resident: FlaskClient, url: str) -> None:
    answer = resident.post(url, data=FORM)
    report = only_report()
    key = service.private_key(submission_key=FORM["submission_key"])
    assert answer.status_code == 303
    assert answer.location == f"/t/{report.reference}?key={key}"
    assert (report.area, report.station_name, report.place, report.channel) == (GRID, "宁小蜂驿站", "3号楼东侧", "qr")
    assert service.tail_fits(report=report, tail="5678")
    assert report.consent == "2026-11"


def test_only_the_type_and_what_happened_are_needed(resident: FlaskClient, url: str) -> None:
    form = {"category": "00", "description": "有味道啊", "submission_key": "k" * 20}
    assert resident.post(url, data=form).status_code == 303
    assert (only_report().category, only_report().place) == ("00", "宁小蜂驿站")


def test_a_place_from_the_phone_is_kept_with_its_accuracy(resident: FlaskClient, url: str) -> None:
    resident.post(url, data={**FORM, "lat": "32.012345", "lng": "118.723456", "accuracy": "15"})
    assert only_report().location == "32.012345,118.723456,15"


def test_a_double_tap_is_one_report_with_one_link(resident: FlaskClient, url: str) -> None:
    links = {resident.post(url, data=FORM).location for _ in range(3)}
    assert len(links) == 1
    assert only_report().version == 1


def test_the_same_form_with_other_words_is_kept_on_the_page_with_a_fresh_key(resident: FlaskClient, url: str) -> None:
    resident.post(url, data=FORM)
    other = {**FORM, "description": "路灯也不亮了，晚上很黑"}
    page = resident.post(url, data=other)
    assert page.status_code == 409
    assert "路灯也不亮了，晚上很黑" in page.text
    assert FORM["submission_key"] not in page.text
    found = re.search(r'name="submission_key" value="(\w+)"', page.text)
    assert found
    assert resident.post(url, data={**other, "submission_key": found[1]}).status_code == 303
    assert len(all_reports()) == 2


@pytest.mark.parametrize("code", hostile.PLACES)
def test_a_code_nobody_issued_still_opens_a_form_to_the_community(resident: FlaskClient, code: str) -> None:
    page = resident.get(f"/s/{code}")
    if page.status_code == 404:  # a code with a slash in it is another address
        assert "%2f" in code
        return
    assert page.status_code == 200
    assert ("没有找到这个编号的站牌" in page.text) == bool(code)
    assert resident.post(f"/s/{code}", data=FORM).status_code == 303
    assert (only_report().community, only_report().station) == (COMMUNITY, "")


def test_a_revoked_placard_says_so_and_still_takes_the_report(
    resident: FlaskClient, placard: station_domain.Placard, url: str
) -> None:
    stations.revoke_placard(
        actor=station_build.ADMIN, community=COMMUNITY, station_id=placard.station_id, code=placard.code, now=NOW
    )
    assert "这块站牌的编号已经停用" in resident.get(url).text
    assert resident.post(url, data=FORM).status_code == 303
    assert (only_report().placard, only_report().community) == ("", COMMUNITY)


def refused(resident: FlaskClient, url: str, **changes: Any) -> str:
    page = resident.post(url, data={**FORM, **changes})
    assert page.status_code == 422
    assert "错误：" in page.text
    assert 'role="alert"' in page.text
    assert all_reports() == []
    return page.text


@pytest.mark.parametrize("missing", ["category", "description", "submission_key"])
def test_what_is_required_is_asked_for_and_the_rest_is_kept(resident: FlaskClient, url: str, missing: str) -> None:
    form = {name: value for name, value in FORM.items() if name != missing}
    page = resident.post(url, data=form)
    assert page.status_code == 422
    assert (FORM["description"] in page.text) == (missing != "description")
    assert all_reports() == []


@pytest.mark.parametrize("name", ["description", "place", "phone", "consent"])
@pytest.mark.parametrize("kind", hostile.TEXTS)
def test_too_long_or_broken_text_is_refused_and_kept(resident: FlaskClient, url: str, name: str, kind: str) -> None:
    text = refused(resident, url, **{name: hostile.TEXTS[kind]})
    assert hostile.TEXTS[kind] in text or name == "consent"


@pytest.mark.parametrize("kind", hostile.HARMLESS)
def test_strange_words_are_words_and_shown_as_such(resident: FlaskClient, url: str, kind: str) -> None:
    answer = resident.post(url, data={**FORM, "description": hostile.HARMLESS[kind], "place": hostile.HARMLESS[kind]})
    assert answer.status_code == 303
    page = resident.get(answer.location)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "49" not in only_report().description


@pytest.mark.parametrize("phone", hostile.PHONES)
def test_what_is_no_phone_is_refused(resident: FlaskClient, url: str, phone: str) -> None:
    refused(resident, url, phone=phone)


@pytest.mark.parametrize("category", hostile.CATEGORIES)
def test_an_unknown_category_is_refused(resident: FlaskClient, url: str, category: str) -> None:
    refused(resident, url, category=category)


@pytest.mark.parametrize("key", hostile.KEYS)
def test_a_forged_form_key_is_replaced_and_nothing_is_stored(resident: FlaskClient, url: str, key: str) -> None:
    text = refused(resident, url, submission_key=key)
    found = re.search(r'name="submission_key" value="(\w{24})"', text)
    assert found


@pytest.mark.parametrize(
    ("lat", "lng"), [("north", "118"), ("91", "118"), ("32", "nan"), ("inf", "1"), ("3" * 99, "1")]
)
def test_an_impossible_position_is_refused(resident: FlaskClient, url: str, lat: str, lng: str) -> None:
    assert 'href="#place"' in refused(resident, url, lat=lat, lng=lng)


@pytest.mark.parametrize("name", [name for name in FORM if name != "consent"])
def test_a_field_sent_twice_is_refused(resident: FlaskClient, url: str, name: str) -> None:
    refused(resident, url, **{name: [FORM[name], FORM[name]]})


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b"description=%ff%fe%80&category=01&submission_key=kkkkkkkkkkkkkkkkkkkk", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"\xff\x00\xfe" * 1000, "application/x-www-form-urlencoded"),
        (b"", "text/plain"),
    ],
)
def test_a_body_that_is_no_form_is_refused(resident: FlaskClient, url: str, body: bytes, kind: str) -> None:
    answer = resident.post(url, data=body, content_type=kind)
    assert answer.status_code in {400, 422}
    assert "Traceback" not in answer.text
    assert all_reports() == []


def test_a_body_of_five_megabytes_is_refused(resident: FlaskClient, url: str) -> None:
    answer = resident.post(url, data={**FORM, "description": "x" * 5_000_000})
    assert answer.status_code == 413
    assert all_reports() == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    form=st.dictionaries(
        st.sampled_from([*FORM, "lat", "lng", "accuracy", "csrf_token", "unknown"]),
        st.one_of(st.text(max_size=60), st.sampled_from(sorted(hostile.TEXTS)), st.sampled_from(hostile.CATEGORIES)),
    )
)
def test_no_form_whatever_is_an_error_of_ours(resident: FlaskClient, url: str, form: dict[str, str]) -> None:
    body = {name: hostile.TEXTS.get(value, value).encode("utf-8", "replace") for name, value in form.items()}
    assert resident.post(url, data=body).status_code in {303, 409, 413, 422}


def test_too_many_reports_keep_the_draft_and_give_the_phone(resident: FlaskClient, url: str) -> None:
    for number in range(30):
        resident.post(url, data={**FORM, "submission_key": f"form-number-{number:05d}"})
    page = resident.post(url, data={**FORM, "submission_key": "one-form-too-many"})
    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 600
    assert FORM["description"] in page.text
    assert "tel:02586000001" in page.text


def test_when_storage_is_busy_the_draft_stays_and_may_be_sent_again(
    resident: FlaskClient, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(repository, "add_report", lambda _: (_ for _ in ()).throw(Busy()))
        page = resident.post(url, data=FORM)
    assert page.status_code == 503
    assert FORM["description"] in page.text
    assert FORM["submission_key"] in page.text
    assert resident.post(url, data=FORM).status_code == 303


def test_a_lost_cookie_does_not_lose_the_report(client_for: ClientFor, url: str) -> None:
    page = client_for("resident", csrf=True).post(url, data=FORM)
    assert page.status_code == 400
    assert FORM["description"] in page.text
    assert all_reports() == []


def test_the_first_visit_is_light(resident: FlaskClient, url: str) -> None:
    page = resident.get(url, headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    with resident.get("/static/portal.js", headers={"Accept-Encoding": "gzip"}) as script:
        script_bytes = len(script.data)
    assert len(gzip.decompress(page.data)) > len(page.data)
    assert len(page.data) + script_bytes <= 12 * 1024
    assert script_bytes <= 4 * 1024
    text = gzip.decompress(page.data).decode()
    assert len(re.findall(r'(?:src|rel="stylesheet" href)="', text)) <= 2


def test_a_signed_in_volunteers_report_is_theirs(client_for: ClientFor, url: str) -> None:
    client = client_for("volunteer", VOLUNTEER)
    token = client.get_cookie("yz-me")
    assert token is not None
    resident = client_for("resident")
    resident.set_cookie("yz-me", token.value)
    resident.post(url, data=FORM)
    assert only_report().volunteer == "V1"


def test_a_stranger_sees_the_status_and_nothing_else(resident: FlaskClient, url: str) -> None:
    resident.post(url, data=FORM)
    page = resident.get(f"/t/{only_report().reference}")
    assert page.status_code == 200
    assert "待受理" in page.text
    assert "前告诉您是否受理" in page.text
    for hidden in (FORM["description"], FORM["place"], "5678", "办理记录</h2>", "撤回"):
        assert hidden not in page.text


def test_the_private_link_shows_the_story_and_thanks_the_sender(resident: FlaskClient, url: str) -> None:
    page = resident.get(resident.post(url, data=FORM).location)
    assert "已收到，谢谢您！" in page.text
    assert FORM["description"] in page.text
    assert "13912345678" not in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_reference_is_looked_up_as_people_type_it(resident: FlaskClient, url: str) -> None:
    resident.post(url, data=FORM)
    reference = only_report().reference
    typed = f" {reference[:4].lower()}-{reference[4:].lower()} "
    answer = resident.post("/t", data={"reference": typed, "tail": ""})
    assert (answer.status_code, answer.location) == (303, f"/t/{reference}")


def test_the_last_digits_of_the_phone_open_the_details_but_no_moves(resident: FlaskClient, url: str) -> None:
    resident.post(url, data=FORM)
    reference = only_report().reference
    page = resident.post("/t", data={"reference": reference, "tail": "5678"})
    assert page.status_code == 200
    assert FORM["description"] in page.text
    assert "撤回这一件" not in page.text
    wrong = resident.post("/t", data={"reference": reference, "tail": "0000"})
    assert wrong.status_code == 422
    assert FORM["description"] not in wrong.text


@pytest.mark.parametrize("typed", ["22222222", "2222-2223", "OOOOOOOO", "x", "😀" * 8, "N" * 39, "<b>"])
def test_wrong_and_unknown_references_answer_alike(resident: FlaskClient, typed: str) -> None:
    form = resident.post("/t", data={"reference": typed, "tail": ""})
    page = resident.get(f"/t/{typed}", query_string={"key": "K" * 24})
    assert (form.status_code, page.status_code) == (404, 404)
    assert "没有找到这个查询码" in form.text
    assert "没有找到这个查询码" in page.text


@pytest.mark.parametrize(
    "form",
    [{}, {"reference": ""}, {"reference": "N" * 10_000}, {"reference": "NX7K42QM", "tail": "十二三四"},
     {"reference": ["A", "B"]}, {"reference": "NX7K42QM", "tail": "12345"}, {"reference": "\N{REPLACEMENT CHARACTER}"}],
)  # fmt: skip
def test_a_lookup_that_makes_no_sense_is_sent_back(resident: FlaskClient, form: dict[str, Any]) -> None:
    page = resident.post("/t", data=form)
    assert page.status_code == 422
    assert "错误：" in page.text


def test_guessing_references_is_slowed_down(resident: FlaskClient) -> None:
    codes = [resident.get("/t/22222222").status_code for _ in range(31)]
    assert codes == [404] * 30 + [429]


def test_guessing_last_digits_is_slowed_down(resident: FlaskClient, url: str) -> None:
    resident.post(url, data=FORM)
    reference = only_report().reference
    codes = [resident.post("/t", data={"reference": reference, "tail": f"000{n}"}).status_code for n in range(6)]
    assert codes == [422] * 5 + [429]


def test_a_late_report_says_so_plainly(resident: FlaskClient, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    link = resident.post(url, data=FORM).location
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=3))
    page = resident.get(link)
    assert "已经超过承诺的时间" in page.text
    assert "tel:02586000001" in page.text


def test_one_tap_rates_once(resident: FlaskClient, url: str) -> None:
    link = resident.post(url, data=FORM).location
    report, key = closed()
    page = resident.get(link)
    assert page.text.count('name="rating"') == 5
    assert "垃圾桶已经清空" in page.text
    answer = resident.post(f"/t/{report.reference}/rating", data={"key": key, "rating": "4"})
    assert (answer.status_code, answer.location) == (303, link)
    assert resident.post(f"/t/{report.reference}/rating", data={"key": key, "rating": "1"}).status_code == 303
    page = resident.get(link)
    assert "谢谢您的评价：4 分" in page.text
    assert 'name="rating"' not in page.text


@pytest.mark.parametrize("rating", ["", "0", "6", "5.0", "五", "-1", "9" * 5000, "<b>"])
def test_a_rating_that_is_none_is_refused(resident: FlaskClient, url: str, rating: str) -> None:
    resident.post(url, data=FORM)
    report, key = closed()
    page = resident.post(f"/t/{report.reference}/rating", data={"key": key, "rating": rating})
    assert page.status_code == 422
    assert "错误：" in page.text
    again = repository.find_report(report.reference)
    assert again is not None
    assert again.rating == 0


def test_not_solved_sends_it_back_with_the_reporters_words(resident: FlaskClient, url: str) -> None:
    link = resident.post(url, data=FORM).location
    report, key = closed()
    too_long = resident.post(f"/t/{report.reference}/reopen", data={"key": key, "reason": "满" * 201})
    assert too_long.status_code == 422
    assert "满" * 201 in too_long.text
    assert resident.post(f"/t/{report.reference}/reopen", data={"key": key, "reason": "又满了"}).status_code == 303
    page = resident.get(link)
    assert "您反映没有解决，已重新办理" in page.text
    assert "又满了" in page.text
    assert "请重新办理</button>" not in page.text


@pytest.mark.parametrize("move", ["rating", "reopen", "withdraw"])
@pytest.mark.parametrize("key", ["", "K" * 24, "😀"])
def test_a_reporters_move_needs_the_private_link(resident: FlaskClient, url: str, move: str, key: str) -> None:
    resident.post(url, data=FORM)
    before = only_report()
    answer = resident.post(f"/t/{before.reference}/{move}", data={"key": key, "rating": "5"})
    assert answer.status_code == 403
    assert only_report() == before


@pytest.mark.parametrize("move", ["rating", "reopen", "withdraw"])
def test_a_move_on_an_unknown_report_is_refused_like_a_wrong_key(resident: FlaskClient, move: str) -> None:
    answer = resident.post(f"/t/22222222/{move}", data={"key": "K" * 24, "rating": "5"})
    assert answer.status_code == 403


def test_a_report_is_withdrawn_from_its_page(resident: FlaskClient, url: str) -> None:
    link = resident.post(url, data=FORM).location
    reference, key = link.removeprefix("/t/").split("?key=")
    assert "撤回这一件" in resident.get(link).text
    assert resident.post(f"/t/{reference}/withdraw", data={"key": key}).status_code == 303
    page = resident.get(link)
    assert "您已撤回这一件" in page.text
    assert resident.post(f"/t/{reference}/withdraw", data={"key": key}).status_code == 409


def test_a_rejected_report_tells_why(resident: FlaskClient, url: str) -> None:
    link = resident.post(url, data=FORM).location
    service.reject_report(
        actor=DISPATCHER,
        reference=only_report().reference,
        version=1,
        reason_code="out_of_area",
        note="这条路归隔壁社区，已帮您转告",
        now=NOW,
    )
    page = resident.get(link)
    assert rules.current().reject_reasons["out_of_area"] in page.text
    assert "已帮您转告" in page.text


def test_a_volunteer_claims_the_report_and_a_stranger_signs_in_first(
    resident: FlaskClient, client_for: ClientFor, url: str
) -> None:
    link = resident.post(url, data=FORM).location
    reference, key = link.removeprefix("/t/").split("?key=")
    answer = resident.post(f"/t/{reference}/claim", data={"key": key})
    assert answer.location == f"/sign-in?next=%2Ft%2F{reference}%3Fkey%3D{key}"
    token = client_for("volunteer", VOLUNTEER).get_cookie("yz-me")
    assert token is not None
    resident.set_cookie("yz-me", token.value)
    assert "记到我的名下" in resident.get(link).text
    assert resident.post(f"/t/{reference}/claim", data={"key": key}).status_code == 303
    assert only_report().volunteer == "V1"
    assert "记到我的名下" not in resident.get(link).text


def test_the_pages_are_read_in_english_too(resident: FlaskClient, url: str) -> None:
    resident.set_cookie("lang", "en")
    page = resident.get(url)
    assert page.status_code == 200
    assert "Environment" in page.text
    assert resident.get(resident.post(url, data=FORM).location).status_code == 200


@pytest.mark.parametrize(("community", "status"), [("320105902999", 200), ("", 404)])
def test_a_form_without_a_placard_needs_to_know_the_community(
    resident: FlaskClient, storage: Config, community: str, status: int
) -> None:
    resident.application.extensions["yizhan"] = replace(storage, community=community)
    assert resident.get("/s").status_code == status
