"""The staff door and the colleagues' pages, as a browser sees them."""

import logging
import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import clock, workflow
from portal.accounts import domain, passwords, service
from portal.app import create_app
from portal.config import Config
from portal.workflow import Actor, Role

LUSHAN = "320105902901"
PASSWORD = "correct horse battery"
ADMIN = Actor(id="staff:admin", name="王主任", roles=frozenset({Role.COMMUNITY_ADMIN}), scope=LUSHAN)
HOSTILE = [
    "", " ", "字" * 10_000, "😀" * 50, "\u202eevil", "<script>alert(1)</script>", "=cmd()", "\x00", "' OR 1=1", "null",
    "[]", "\ufffd", "-1", "9" * 30, "STAFF#x", "../../etc",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch, storage: Config) -> None:
    monkeypatch.setattr(passwords, "COST", (16, 1, 1))


def add(username: str = "chen.lan", *roles: Role, password: str | None = PASSWORD, scope: str = LUSHAN) -> str:
    draft = domain.NewStaff(
        username=username, name="陈兰", roles=frozenset(roles or {Role.COMMUNITY_ADMIN}), scope=scope, desks=(scope,)
    )
    return service.add_staff(actor=workflow.SYSTEM, draft=draft, now=clock.now(), password=password)[1]


def door(client: FlaskClient, target: str = "/staff/sign-in", **changes: str) -> TestResponse:
    return client.post(target, data={"username": "chen.lan", "password": PASSWORD, "code": "", **changes})


def session_cookie(client: FlaskClient) -> str:
    cookie = client.get_cookie("yz-staff")
    return cookie.value if cookie else ""


def title(answer: TestResponse) -> str:
    found = re.search(r"<h1>(.*?)</h1>", answer.text)
    return found[1] if found else ""


def test_the_right_password_leads_to_the_page_that_was_asked_for(client_for: Any) -> None:
    add()
    client = client_for("staff")
    asked = client.get("/staff/people")
    assert asked.status_code == 303
    assert asked.location == "/staff/sign-in?next=/staff/people"
    answer = door(client, asked.location)
    assert (answer.status_code, answer.location) == (303, "/staff/people")
    assert "陈兰" in client.get("/staff/people").text


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "/\\evil.example", "https://evil.example/staff/people", "/staff/people\r\nX: y", "/t",
        "/staff/nowhere", "javascript:alert(1)", "/staff/sign-in", "/staff/../evil", "/%2fevil.example", "\t//evil",
    ],
)  # fmt: skip
def test_nobody_is_led_away_after_signing_in(client_for: Any, target: str) -> None:
    add()
    client = client_for("staff")
    answer = client.post(
        "/staff/sign-in", query_string={"next": target}, data={"username": "chen.lan", "password": PASSWORD}
    )
    assert (answer.status_code, answer.location) == (303, "/staff")


def test_wrong_answers_look_alike_and_keep_the_name_but_not_the_password(client_for: Any) -> None:
    add()
    client = client_for("staff")
    answers = [door(client, username="nobody.x"), door(client, password="not this one")]
    assert [answer.status_code for answer in answers] == [403, 403]
    known, unknown = answers[1].text, answers[0].text
    assert unknown.replace("nobody.x", "chen.lan") == known
    assert "not this one" not in known
    assert PASSWORD not in unknown


def test_twenty_wrong_tries_are_slowed_and_told_how_long(client_for: Any, now: Any) -> None:
    add()
    client = client_for("staff")
    statuses = [door(client, password="wrong password").status_code for _ in range(20)]
    assert statuses == [403] * 10 + [429] * 10
    answer = door(client)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 600
    assert re.search(r"请等 \d+ 分钟", answer.text)


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(client_for: Any) -> None:
    add()
    client = client_for("staff")
    door(client)
    copied = session_cookie(client)
    answer = client.post("/staff/sign-out")
    assert (answer.status_code, answer.location) == (303, "/staff/sign-in")
    assert not session_cookie(client)
    client.set_cookie("yz-staff", copied)
    assert client.get("/staff/people").status_code == 303


@pytest.mark.parametrize("act", ["leave", "reset_password", "roles"])
def test_what_an_administrator_does_signs_the_person_out_at_the_next_request(client_for: Any, act: str) -> None:
    add()
    client = client_for("staff")
    door(client)
    assert client.get("/staff/people").status_code == 200
    admin = client_for("staff", ADMIN)
    changes = {"roles": ["verifier"], "scope": LUSHAN} if act == "roles" else {}
    assert admin.post(f"/staff/people/chen.lan/{act}", data={"version": "1", **changes}).status_code in {200, 303}
    assert client.get("/staff/people").location.startswith("/staff/sign-in")


def test_the_session_cookie_is_new_at_each_sign_in_and_the_old_one_dies(client_for: Any) -> None:
    add()
    client = client_for("staff")
    client.set_cookie("yz-staff", "planted")
    door(client)
    first = session_cookie(client)
    assert first != "planted"
    door(client)
    second = session_cookie(client)
    assert second != first
    assert service.load_session(token=first, now=clock.now()) is None


def test_a_form_token_from_before_sign_in_is_no_good_after_it(client_for: Any) -> None:
    add()
    client = client_for("staff", csrf=True)
    before = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/staff/sign-in").text)
    assert before
    token = before[1]
    assert door(client, csrf_token=token).status_code == 303
    assert client.post("/staff/sign-out", data={"csrf_token": token}).status_code == 400
    assert client.get("/staff/people").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/staff/sign-in", "/staff/sign-out", "/staff/account/password", "/staff/account/second-factor",
        "/staff/people/new", "/staff/people/chen.lan/roles", "/staff/people/chen.lan/leave",
        "/staff/people/chen.lan/reset_password", "/staff/people/chen.lan/reset_second_factor",
        "/staff/people/chen.lan/return",
    ],
)  # fmt: skip
def test_every_form_asks_for_its_token_and_for_our_own_pages(client_for: Any, path: str) -> None:
    add()
    client = client_for("staff", ADMIN, csrf=True)
    assert client.post(path, data={"version": "1"}).status_code == 400
    assert client.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert service.get_staff(actor=ADMIN, username="chen.lan").version == 1


def test_the_cookie_is_bound_to_https_and_this_host(storage: Config) -> None:
    import dataclasses  # noqa: PLC0415 - one test only

    add()
    app = create_app(dataclasses.replace(storage, base_url="https://ls.example.cn"), "staff")
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().post(
        "/staff/sign-in",
        base_url="https://ls.example.cn",
        data={"username": "chen.lan", "password": PASSWORD},
    )
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith("__Host-yz-staff="))
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_temporary_password_leads_to_ones_own_account_and_nowhere_else(client_for: Any) -> None:
    temporary = add(password=None)
    client = client_for("staff")
    answer = door(client, password=temporary, target="/staff/sign-in?next=/staff/people")
    assert answer.location == "/staff/account"
    assert client.get("/staff/people").location == "/staff/account"
    assert "临时密码" in client.get("/staff/account").text
    short = client.post("/staff/account/password", data={"password": temporary, "new_password": "short"})
    assert short.status_code == 422
    changed = client.post("/staff/account/password", data={"password": temporary, "new_password": PASSWORD})
    assert changed.location == "/staff/account?saved=1"
    assert client.get("/staff/people").status_code == 200


def test_the_second_factor_is_enrolled_by_qr_and_asked_from_then_on(client_for: Any) -> None:
    add()
    client = client_for("staff")
    door(client)
    page = client.get("/staff/account/second-factor").text
    secret = re.search(r'name="secret" value="([A-Z2-7]{32})"', page)
    assert secret
    assert "<svg" in page
    assert "style=" not in page
    wrong = client.post("/staff/account/second-factor", data={"secret": secret[1], "code": "000000"})
    assert wrong.status_code == 422
    assert secret[1] in wrong.text
    totp = pyotp.TOTP(secret[1])
    right = client.post("/staff/account/second-factor", data={"secret": secret[1], "code": totp.at(clock.now())})
    assert right.status_code == 303
    assert client.get("/staff/account/second-factor").status_code == 303
    client.post("/staff/sign-out")
    assert door(client).status_code == 403


def test_a_second_factor_code_opens_the_door_once(client_for: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    add()
    client = client_for("staff")
    door(client)
    actor = Actor(id="staff:chen.lan")
    secret = pyotp.random_base32()
    begun = clock.now()
    service.enrol_second_factor(actor=actor, secret=secret, code=pyotp.TOTP(secret).at(begun), now=begun)
    later = begun + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    code = pyotp.TOTP(secret).at(later)
    assert door(client, code=f"{code[:3]} {code[3:]}").status_code == 303
    assert door(client, code=code).status_code == 403


def test_people_of_the_scope_are_listed_with_roles_in_words(client_for: Any) -> None:
    add()
    add("far.away", scope="320105902902")
    client = client_for("staff", ADMIN)
    text = client.get("/staff/people").text
    assert "chen.lan" in text
    assert "社区管理员" in text
    assert "far.away" not in text


def test_a_new_colleague_gets_a_password_that_is_shown_once(client_for: Any) -> None:
    client = client_for("staff", ADMIN)
    draft = {"username": "Li.Wei", "name": "李伟", "roles": ["grid_worker", "verifier"], "scope": f"{LUSHAN}001"}
    answer = client.post("/staff/people/new", data={**draft, "desks": f"{LUSHAN}001, {LUSHAN}"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    temporary = re.search(r'class="code">([^<]+)<', answer.text)
    assert temporary
    assert temporary[1] not in client.get("/staff/people/li.wei").text
    staff = service.get_staff(actor=ADMIN, username="li.wei")
    assert staff.roles == {Role.GRID_WORKER, Role.VERIFIER}
    assert staff.desks == (f"{LUSHAN}001", LUSHAN)
    assert door(client_for("staff"), username="li.wei", password=temporary[1]).status_code == 303


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"roles": ["auditor", "handler"]}, "监督员只看不办"),
        ({"roles": ["community_admin", "second_approver"]}, "两个人担任"),
        ({"roles": []}, "至少选一个岗位"),
        ({"roles": ["emperor"]}, "从列出的岗位里选"),
        ({"roles": ["volunteer"]}, "从列出的岗位里选"),
        ({"scope": "320105"}, "不在您的管理范围内"),
        ({"scope": "here"}, "区域编码是"),
        ({"desks": "320105#MUN"}, "不在您的管理范围内"),
        ({"username": "陈"}, "小写字母"),
        ({"name": ""}, "请填写姓名"),
    ],
)
def test_a_form_at_fault_says_so_keeps_what_was_typed_and_stores_nothing(
    client_for: Any, changes: dict[str, Any], words: str
) -> None:
    client = client_for("staff", ADMIN)
    draft = {"username": "li.wei", "name": "李伟某某", "roles": ["handler"], "scope": LUSHAN, "desks": "", **changes}
    answer = client.post("/staff/people/new", data=draft)
    assert answer.status_code == 422
    assert words in answer.text
    assert "错误：" in answer.text
    if "name" not in changes:
        assert "李伟某某" in answer.text
    assert service.list_staff(actor=ADMIN).items == []


def test_a_taken_username_is_a_conflict_that_keeps_the_form(client_for: Any) -> None:
    add()
    client = client_for("staff", ADMIN)
    draft = {"username": "chen.lan", "name": "李伟", "roles": ["handler"], "scope": LUSHAN}
    answer = client.post("/staff/people/new", data=draft)
    assert answer.status_code == 409
    assert "已经有人用了" in answer.text


def test_a_stale_page_shows_what_is_true_now_and_what_was_chosen(client_for: Any) -> None:
    add("li.wei", Role.HANDLER)
    client = client_for("staff", ADMIN)
    for roles in (["dispatcher"], ["verifier"]):
        answer = client.post("/staff/people/li.wei/roles", data={"version": "1", "roles": roles, "scope": LUSHAN})
    assert answer.status_code == 409
    assert "受理员" in answer.text
    assert re.search(r'value="verifier"[^>]* checked', answer.text)
    assert service.get_staff(actor=ADMIN, username="li.wei").roles == {Role.DISPATCHER}


def test_ones_own_page_offers_nothing_and_refuses_everything(client_for: Any) -> None:
    add("admin")
    client = client_for("staff", ADMIN)
    assert "/leave" not in client.get("/staff/people/admin").text
    assert client.post("/staff/people/admin/leave", data={"version": "1"}).status_code == 403
    assert client.post("/staff/people/admin/reset_password", data={"version": "1"}).status_code == 403


def test_a_colleague_elsewhere_reads_like_one_who_does_not_exist(client_for: Any) -> None:
    add("far.away", scope="320105902902")
    client = client_for("staff", ADMIN)
    elsewhere, nobody = client.get("/staff/people/far.away"), client.get("/staff/people/no.body")
    assert elsewhere.status_code == nobody.status_code == 404
    assert elsewhere.text.replace("far.away", "no.body") == nobody.text
    assert client.post("/staff/people/far.away/leave", data={"version": "1"}).status_code == 404


def test_who_left_may_be_brought_back(client_for: Any) -> None:
    add()
    client = client_for("staff", ADMIN)
    client.post("/staff/people/chen.lan/leave", data={"version": "1"})
    page = client.get("/staff/people/chen.lan").text
    assert "已离岗" in page
    assert "办理离岗" in page
    answer = client.post("/staff/people/chen.lan/return", data={"version": "2"})
    assert title(answer) == "临时密码"


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.HANDLER, Role.AUDITOR, Role.SECOND_APPROVER])
def test_only_administrators_change_colleagues(client_for: Any, role: Role) -> None:
    add()
    client = client_for("staff", Actor(id="staff:x", roles=frozenset({role}), scope=LUSHAN))
    assert client.get("/staff/people").status_code == (200 if role == Role.AUDITOR else 403)
    for act in ("leave", "reset_password", "roles"):
        assert client.post(f"/staff/people/chen.lan/{act}", data={"version": "1"}).status_code == 403
    assert client.get("/staff/people/new").status_code == 403


def test_the_menu_leads_to_no_closed_door(client_for: Any) -> None:
    for role in sorted(domain.ROLE_NAMES):
        client = client_for("staff", Actor(id="staff:x", roles=frozenset({role}), scope=LUSHAN))
        menu = re.findall(r'<a href="(/staff/\w+)"', client.get("/staff/people/x").text)
        assert ("/staff/people" in menu) == (role in {Role.COMMUNITY_ADMIN, Role.AUDITOR})


def test_a_volunteers_session_in_the_staff_cookie_opens_nothing(client_for: Any) -> None:
    person = Actor(id="V1", kind="volunteer", roles=frozenset({Role.VOLUNTEER}), scope=LUSHAN)
    client = client_for("staff", person)
    for path in ("/staff/account", "/staff/people", "/staff/account/second-factor"):
        assert client.get(path).location.startswith("/staff/sign-in")


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/staff/sign-in", ("username", "password", "code")),
        ("/staff/account/password", ("password", "new_password")),
        ("/staff/account/second-factor", ("secret", "code")),
        ("/staff/people/new", ("username", "name", "roles", "scope", "desks")),
        ("/staff/people/chen.lan/roles", ("version", "roles", "scope", "desks")),
        ("/staff/people/chen.lan/leave", ("version",)),
    ],
)
def test_hostile_values_get_a_plain_answer_and_change_nothing(
    client_for: Any, path: str, names: tuple[str, ...]
) -> None:
    add()
    add("admin")
    client = client_for("staff", ADMIN)
    for value in HOSTILE:
        answer = client.post(path, data=dict.fromkeys(names, value))
        assert 400 <= answer.status_code < 500, value
        assert "Traceback" not in answer.text
        assert "<script>alert" not in answer.text
    people = service.list_staff(actor=ADMIN).items
    assert {staff.username: staff.version for staff in people} == {"admin": 1, "chen.lan": 1}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"username=%ff%fe&password=%ff", "application/x-www-form-urlencoded"),
        (b"username=a&username=b&password=c", "application/x-www-form-urlencoded"),
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b"x" * (5 * 1024 * 1024), "application/x-www-form-urlencoded"),
        (b"--b\r\nbroken", "multipart/form-data; boundary=b"),
    ],
)
def test_broken_bodies_get_a_plain_answer(client_for: Any, body: bytes, kind: str) -> None:
    answer = client_for("staff").post("/staff/sign-in", data=body, content_type=kind)
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text


def test_a_forged_cursor_is_refused(client_for: Any) -> None:
    client = client_for("staff", ADMIN)
    for after in ("x", "W10.abc", "😀", "null"):
        assert client.get("/staff/people", query_string={"after": after}).status_code == 422


def test_passwords_never_reach_a_log_or_a_page(client_for: Any, caplog: pytest.LogCaptureFixture) -> None:
    add()
    client = client_for("staff")
    with caplog.at_level(logging.DEBUG):
        pages = [door(client, password="planted-wrong-password"), door(client)]
        pages.append(
            client.post(
                "/staff/account/password", data={"password": "planted-old-password", "new_password": "planted-new-one"}
            )
        )
    text = caplog.text + "".join(page.text for page in pages)
    assert "planted" not in text
    assert PASSWORD not in text


@pytest.mark.parametrize("path", ["/staff/sign-in", "/staff/account", "/staff/people", "/staff/people/new"])
def test_pages_with_personal_data_need_no_script_and_name_themselves(client_for: Any, path: str) -> None:
    add("admin")
    client = client_for("staff", None if path == "/staff/sign-in" else ADMIN)
    text = client.get(path).text
    assert "<script" not in text
    assert "<title>" in text
    assert len(re.findall("<h1", text)) == 1
