import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from infra.local import dev, notes, seed, tables
from infra.local.seed import people, places
from portal import clock
from portal.app import create_app
from portal.config import Config
from portal.notices import service as notices

FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
Open = Callable[[str], FlaskClient]


@pytest.fixture
def memory(storage: Config) -> notes.Notes:
    made = notes.Notes(tables.client("dynamodb", engine_url=storage.engine_url, region="us-east-1"), "test")
    made.prepare()
    return made


@pytest.fixture
def moved() -> list[timedelta]:
    """How far the clock was moved, each time somebody was told."""
    return []


@pytest.fixture
def browse(storage: Config, memory: notes.Notes, moved: list[timedelta]) -> Iterator[Open]:
    def of(audience: str) -> FlaskClient:
        app = create_app(storage, audience)
        app.config["WTF_CSRF_ENABLED"] = False
        app.register_blueprint(dev.build(memory, lambda: moved.append(clock.offset())))
        return app.test_client()

    places.tell(seed.read("places"))
    yield of
    clock.move(timedelta())


@pytest.fixture
def on_friday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real clock stands on Friday 20 November 2026, 10:00 in Beijing."""

    class Stopped(datetime):
        @classmethod
        def now(cls, _tz: Any = None) -> Any:
            return FRIDAY

    monkeypatch.setattr(clock, "datetime", Stopped)


def test_the_outbox_shows_a_code_as_it_would_be_sent(storage: Config, browse: Open) -> None:
    client = browse("resident")
    notices.bind(storage)
    notices.send_code(phone="19900001000", code="402913", now=FRIDAY)
    page = client.get("/dev/outbox").get_data(as_text=True)
    assert re.search(r"验证码 402913，5 分钟内有效", page)
    assert 'data-phone="19900001000"' in page


def test_an_empty_outbox_says_how_to_fill_it(browse: Open) -> None:
    assert "还没有消息" in browse("resident").get("/dev/outbox").get_data(as_text=True)


@pytest.mark.usefixtures("on_friday")
@pytest.mark.parametrize(
    ("step", "then"),
    [
        ("hour", datetime(2026, 11, 20, 3, 0, tzinfo=UTC)),
        ("day1", datetime(2026, 11, 23, 10, 0, tzinfo=UTC)),
        ("day5", datetime(2026, 11, 27, 10, 0, tzinfo=UTC)),
        ("month", datetime(2026, 12, 1, 2, 0, tzinfo=UTC)),
    ],
)
def test_the_clock_moves_by_working_days_and_stays_moved(
    step: str, then: datetime, browse: Open, memory: notes.Notes, moved: list[timedelta]
) -> None:
    client = browse("resident")
    assert client.post("/dev/clock", data={"step": step}).status_code == 303
    assert clock.now() == then
    assert moved == [then - FRIDAY]
    assert memory.get("clock") == (then - FRIDAY).total_seconds()
    assert "比真实时间快" in client.get("/dev/clock").get_data(as_text=True)


@pytest.mark.usefixtures("on_friday")
def test_the_clock_goes_back_to_real_time(browse: Open) -> None:
    client = browse("resident")
    client.post("/dev/clock", data={"step": "day5"})
    client.post("/dev/clock", data={"step": "real"})
    assert clock.now() == FRIDAY


@pytest.mark.usefixtures("on_friday")
def test_a_step_nobody_offers_moves_nothing(browse: Open) -> None:
    browse("resident").post("/dev/clock", data={"step": "year"})
    assert clock.now() == FRIDAY


def test_one_tap_makes_the_browser_a_member_of_staff_or_a_volunteer(browse: Open) -> None:
    people.tell(seed.read("people"), now=FRIDAY)
    page = browse("resident").get("/dev/role").get_data(as_text=True)
    assert 'value="dispatcher"' in page
    volunteer = re.findall(r'name="volunteer" value="([^"]+)"', page)[0]
    for audience, name, value, cookie in (
        ("staff", "username", "dispatcher", "yz-staff"),
        ("volunteer", "volunteer", volunteer, "yz-me"),
    ):
        client = browse(audience)
        assert client.post(f"/dev/role/{audience}", data={name: value}).status_code == 303
        assert client.get_cookie(cookie) is not None


@pytest.mark.parametrize(("audience", "name"), [("staff", "username"), ("volunteer", "volunteer")])
def test_nobody_can_be_who_is_not_there(audience: str, name: str, browse: Open) -> None:
    assert browse(audience).post(f"/dev/role/{audience}", data={name: "nobody"}).status_code == 404


def test_without_the_runner_there_are_no_such_pages(storage: Config) -> None:
    client = create_app(storage, "resident").test_client()
    for path in ("/dev/outbox", "/dev/clock", "/dev/role"):
        assert client.get(path).status_code == 404
