"""What every page does: errors in plain words, language, size, headers, CSRF, health."""

import gzip

import pytest
from flask import Flask, render_template, request

from portal import errors
from portal.app import create_app
from portal.config import Config
from portal.reports.staff_routes import pages
from portal.web import access, filters
from portal.workflow import Actor
from tests.conftest import ClientFor


@pytest.fixture
def app(storage: Config) -> Flask:
    app = create_app(storage, "resident")

    @app.get("/try/<name>")
    @access.public
    def fail(name: str) -> str:
        raise {
            "missing": errors.NotFound(),
            "conflict": errors.Conflict(),
            "refused": errors.Refused(),
            "invalid": errors.Invalid(fields={"place": "请填写地点"}),
            "many": errors.TooMany(retry_after=60),
            "busy": errors.Busy(),
        }.get(name) or ZeroDivisionError("13812345678")

    @app.route("/echo", methods=["GET", "POST"])
    @access.public
    def echo() -> str:
        return render_template("errors/error.html", title="echo", says=request.form.get("text", ""), fields={})

    @app.get("/forgotten")
    def forgotten() -> str:
        return "no rule"

    return app


@pytest.mark.parametrize(
    ("name", "status"),
    [("missing", 404), ("conflict", 409), ("refused", 403), ("invalid", 422), ("many", 429), ("busy", 503), ("x", 500)],
)
def test_every_family_of_error_has_its_status_and_a_page(app: Flask, name: str, status: int) -> None:
    answer = app.test_client().get(f"/try/{name}")
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text


def test_an_unforeseen_error_logs_its_place_and_not_its_message(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    app.test_client().get("/try/x")
    assert "ZeroDivisionError" in caplog.text
    assert "13812345678" not in caplog.text


def test_a_view_without_an_access_rule_is_never_served(app: Flask) -> None:
    assert app.test_client().get("/forgotten").status_code == 500


def test_a_form_without_a_token_is_offered_again_with_what_was_typed(app: Flask) -> None:
    answer = app.test_client().post("/echo", data={"text": "楼道灯坏了", "password": "secret"})
    assert answer.status_code == 400
    assert 'value="楼道灯坏了"' in answer.text
    assert "secret" not in answer.text


def test_a_form_from_another_site_is_refused_outright(app: Flask) -> None:
    answer = app.test_client().post("/echo", data={"text": "楼道灯坏了"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "楼道灯坏了" not in answer.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://[", "http://localhost.evil.example"])
def test_an_old_browser_is_refused_by_the_origin_it_names(app: Flask, origin: str) -> None:
    """Else another site could have its own words offered again on our page, one tap from being sent."""
    answer = app.test_client().post("/echo", data={"text": "楼道灯坏了"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "楼道灯坏了" not in answer.text


@pytest.mark.parametrize("headers", [{"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}, {}])
def test_our_own_forms_come_through_in_browsers_old_and_new(app: Flask, headers: dict[str, str]) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    assert app.test_client().post("/echo", data={"text": "楼道灯坏了"}, headers=headers).status_code == 200


def test_the_language_choice_keeps_the_rest_of_the_link(app: Flask) -> None:
    client = app.test_client()
    answer = client.get("/echo?key=ABC&lang=en")
    assert (answer.status_code, answer.location) == (303, "/echo?key=ABC")
    assert '<html lang="en"' in client.get("/echo").text


def test_text_size_needs_no_script(app: Flask) -> None:
    client = app.test_client()
    client.get("/echo?size=3")
    assert 'data-size="3"' in client.get("/echo").text


def test_pages_carry_the_security_headers(app: Flask) -> None:
    headers = app.test_client().get("/echo").headers
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Cookie" in headers["Vary"]


def test_a_body_past_the_limit_is_refused(app: Flask) -> None:
    assert app.test_client().post("/echo", data={"text": "x" * 5_000_000}).status_code == 413


def test_health_is_honest(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    monkeypatch.setattr("portal.db.ping", lambda: (_ for _ in ()).throw(errors.Busy()))
    assert client.get("/healthz").status_code == 503


def test_the_stylesheet_and_the_script_travel_compressed_and_are_kept_for_a_year(app: Flask) -> None:
    for name in ("portal.css", "portal.js"):
        answer = app.test_client().get(f"/static/{name}", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("seen", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff:1:2:3", "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("nonsense:", "nonsense:"),
    ],
)
def test_a_household_is_one_address_for_the_limits_though_ipv6_gives_it_billions(
    app: Flask, seen: str, counted: str
) -> None:
    with app.test_request_context(environ_overrides={"REMOTE_ADDR": seen}):
        assert access.address() == counted


@pytest.mark.parametrize(("audience", "kind"), [("resident", "staff"), ("volunteer", "staff"), ("staff", "volunteer")])
def test_a_session_opens_no_door_but_its_own(client_for: ClientFor, audience: str, kind: str) -> None:
    client = client_for(audience, Actor(id="x", kind=kind, scope="320105902901"))
    page = {"resident": "/help", "volunteer": "/sign-in", "staff": "/staff/sign-in"}[audience]
    with client:
        assert client.get(page).status_code == 200
        assert access.actor() is None


def test_a_refusal_travels_compressed_like_any_page(app: Flask) -> None:
    plain = app.test_client().get("/try/missing")
    small = app.test_client().get("/try/missing", headers={"Accept-Encoding": "gzip"})

    assert (plain.status_code, plain.headers.get("Content-Encoding")) == (404, None)
    assert (small.status_code, small.headers.get("Content-Encoding")) == (404, "gzip")
    assert gzip.decompress(small.data) == plain.data
    assert "Accept-Encoding" in small.vary


def test_an_icon_is_inline_and_silent(app: Flask) -> None:
    page = app.test_client().get("/echo").text
    assert 'class="ic" aria-hidden="true"' in page


@pytest.mark.parametrize(
    ("role", "person", "words"),
    [
        ("verifier", "staff:sun.li", "核查员 sun.li"),
        ("resident", "", "上报人"),
        ("system", "system", "系统"),
        ("x", "y", "x"),
    ],
)
def test_a_history_says_who_acted_in_words(app: Flask, role: str, person: str, words: str) -> None:
    with app.test_request_context("/"):
        assert filters.doer(role, person) == words


@pytest.mark.parametrize(("limit", "words"), [("4wh", "4 个工作小时"), ("2wd", "2 个工作日"), ("3eh", "3 小时")])
def test_a_limit_is_said_in_words(app: Flask, limit: str, words: str) -> None:
    with app.test_request_context("/"):
        assert pages.limit_words(limit) == words
