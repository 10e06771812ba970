"""The outbox, the queue and the gateway."""

import dataclasses
import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest

from portal import db, privacy
from portal.config import Config
from portal.notices import domain, service
from portal.notices.service import channels

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
PHONE = "13912345678"


@pytest.fixture(autouse=True)
def _bound(storage: Config) -> Iterator[None]:
    service.bind(storage)
    yield
    service.bind(storage)


class Recorder:
    """A carrier that takes messages, or refuses the first few."""

    name = "gateway"

    def __init__(self, refusals: int = 0) -> None:
        self.sent: list[domain.Message] = []
        self.refusals = refusals

    def send(self, message: domain.Message) -> None:
        if self.refusals:
            self.refusals -= 1
            raise domain.NotSent
        self.sent.append(message)


def queue(key: str = "report.closed/R#K7M2Q4XZ#7", **changes: Any) -> bool:
    known = {"template": "report_closed", "recipient": "report/K7M2Q4XZ", "params": {"reference": "K7M2-Q4XZ"}}
    return service.queue_notice(**{**known, **changes}, key=key, now=NOW)


def deliver(*, now: datetime = NOW, phone: str | None = PHONE) -> int:
    return service.deliver_due(now=now, look_up=lambda _recipient: phone)


def everything_stored(config: Config) -> str:
    client: Any = db.shared().client
    return json.dumps(client.scan(TableName=f"{config.table_prefix}-notices")["Items"])


def test_a_code_waits_in_the_local_outbox() -> None:
    service.send_code(phone=PHONE, code="123456", now=NOW)
    (message,) = service.list_outbox()
    assert (message.phone, message.params, message.sent_at) == (PHONE, {"code": "123456"}, NOW)
    assert "123456" in message.preview


def test_the_newest_message_comes_first() -> None:
    for minute in range(3):
        service.send_code(phone=PHONE, code=f"00000{minute}", now=NOW + timedelta(minutes=minute))
    assert [message.params["code"] for message in service.list_outbox(limit=2)] == ["000002", "000001"]


def test_codes_and_numbers_are_stored_encrypted_only(storage: Config) -> None:
    service.send_code(phone=PHONE, code="135246", now=NOW)
    queue()
    deliver()
    stored = everything_stored(storage)
    assert PHONE not in stored
    assert "135246" not in stored


def test_the_outbox_is_closed_outside_local_runs(storage: Config) -> None:
    service.send_code(phone=PHONE, code="123456", now=NOW)
    service.bind(dataclasses.replace(storage, stage="production"))
    with pytest.raises(domain.OutboxClosed):
        service.list_outbox()


def test_a_notice_goes_out_once_however_often_it_is_queued_or_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    carrier = Recorder()
    monkeypatch.setattr(channels, "channel", carrier)
    assert queue()
    assert not queue()
    assert deliver() == 1
    assert deliver() == 0
    assert deliver(now=NOW + timedelta(hours=1)) == 0
    assert not queue()
    assert [(each.template, each.params, each.phone) for each in carrier.sent] == [
        ("report_closed", {"reference": "K7M2-Q4XZ"}, PHONE)
    ]


def test_the_number_is_the_one_at_the_time_of_sending() -> None:
    queue()
    asked: list[str] = []

    def look_up(recipient: str) -> str:
        asked.append(recipient)
        return PHONE

    service.deliver_due(now=NOW, look_up=look_up)
    assert asked == ["report/K7M2Q4XZ"]
    assert [message.phone for message in service.list_outbox()] == [PHONE]


def test_nobody_is_written_to_who_has_no_number() -> None:
    queue()
    assert deliver(phone=None) == 0
    assert deliver(now=NOW + timedelta(days=1)) == 0
    assert service.list_outbox() == []


def test_a_refused_message_is_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    carrier = Recorder(refusals=1)
    monkeypatch.setattr(channels, "channel", carrier)
    queue()
    assert deliver() == 0
    assert deliver(now=NOW + timedelta(minutes=4)) == 0
    assert deliver(now=NOW + timedelta(minutes=5)) == 1


def test_after_five_tries_it_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    carrier = Recorder(refusals=5)
    monkeypatch.setattr(channels, "channel", carrier)
    queue()
    for day in range(8):
        assert deliver(now=NOW + timedelta(days=day)) == 0
    assert carrier.refusals == 0


def test_two_deliveries_at_once_send_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    carrier = Recorder()
    monkeypatch.setattr(channels, "channel", carrier)
    for number in range(5):
        queue(f"k{number}")
    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(message.key for message in carrier.sent) == [f"k{number}" for number in range(5)]


def test_codes_never_wait_in_the_queue() -> None:
    with pytest.raises(domain.BadNotice):
        queue(template="sign_in_code", params={"code": "123456"})


def test_nothing_personal_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        service.send_code(phone=PHONE, code="135246", now=NOW)
        queue()
        deliver()
    text = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("portal"))
    assert "sign_in_code" in text
    assert PHONE not in text
    assert "135246" not in text


class Answering(BaseHTTPRequestHandler):
    """A gateway on this machine."""

    status = 200
    received: ClassVar[list[tuple[dict[str, Any], bool]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        signed = self.headers["X-Yizhan-Signature"] == privacy.secret_hash("sms", body)
        self.received.append((json.loads(body), signed))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Keep the test's output quiet."""


@pytest.fixture
def gateway() -> Iterator[channels.Gateway]:
    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield channels.Gateway(f"http://127.0.0.1:{server.server_port}/sms")
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_gateway_gets_a_template_and_parameters_signed_never_free_text(
    gateway: channels.Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "channel", gateway)
    monkeypatch.setattr(Answering, "received", [])
    service.send_code(phone=PHONE, code="123456", now=NOW)
    ((body, signed),) = Answering.received
    assert signed
    assert set(body) == {"key", "template", "params", "phone"}
    assert (body["template"], body["params"], body["phone"]) == ("sign_in_code", {"code": "123456"}, PHONE)


def test_a_gateway_that_fails_says_so_plainly(gateway: channels.Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "channel", gateway)
    monkeypatch.setattr(Answering, "status", 502)
    with pytest.raises(domain.NotSent):
        service.send_code(phone=PHONE, code="123456", now=NOW)


def test_an_https_address_in_the_settings_is_the_gateway(storage: Config) -> None:
    service.bind(dataclasses.replace(storage, sms_adapter="https://sms.example.cn/send"))
    assert isinstance(channels.channel, channels.Gateway)
    service.bind(storage)
    assert isinstance(channels.channel, channels.Outbox)
