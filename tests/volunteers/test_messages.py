"""A decision becomes a message to the number the volunteer has."""

import pytest

from functions import tick
from portal import clock
from portal.config import Config
from portal.notices import service as notices
from portal.volunteers import service
from tests import policies
from tests.volunteers import builders


@pytest.fixture(autouse=True)
def _places(storage: Config) -> None:
    notices.bind(storage)
    builders.add_places()


def tell(volunteer_id: str) -> bool:
    return service.tell_decision(
        volunteer_id=volunteer_id,
        community=builders.COMMUNITY,
        name="陈小兰",
        key="volunteer.verified/1",
        accepted=True,
        now=builders.NOW,
    )


def test_a_decision_told_twice_is_one_message_to_the_volunteers_number() -> None:
    volunteer = builders.applied()
    assert tell(volunteer.id)
    assert not tell(volunteer.id)
    assert service.deliver_notices(now=builders.NOW) == 1
    (message,) = notices.list_outbox()
    assert message.phone == builders.PHONE
    assert "庐山社区" in message.preview


def test_nobody_is_written_to_who_is_not_there() -> None:
    tell("VNOBODY")
    assert service.deliver_notices(now=builders.NOW) == 0
    assert notices.list_outbox() == []


def test_the_schedule_delivers_with_the_rights_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    tell(builders.applied().id)
    monkeypatch.setattr(clock, "now", lambda: builders.NOW)
    with policies.acting("tick"):
        assert tick.handler({}, None)["notices"] == 1
