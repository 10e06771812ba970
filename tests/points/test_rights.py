"""The ledger works with the rights its functions are given, and no others."""

from datetime import datetime

import pytest

from portal.config import Config
from portal.volunteers import service as volunteers
from tests import policies
from tests.conftest import ClientFor
from tests.points import builders
from tests.points.builders import NOON, VOLUNTEER, pay
from tests.points.test_reactions import RECORD, REPORT, events, ledger, tell
from tests.points.test_routes import AUDITOR, MEI, person


def test_react_may_post_take_back_and_drop_what_is_pending(storage: Config) -> None:
    with policies.acting("react"):
        tell(events(REPORT, "report.filed", "report.closed", "report.reopened"))
        tell(events(RECORD, "record.confirmed", "record.recorded", "record.voided"))
    assert ledger() == [("P02", 2), ("P03", 3), ("P03", -3), ("P07", 36), ("P07", -36)]


def test_react_may_look_up_the_caps_of_a_day_long_past(storage: Config) -> None:
    with policies.acting("react"):
        for number in range(25):
            pay(f"R#{number}", at=NOON.replace(day=1 + number))
        pay("R#late", at=NOON.replace(day=2))
    assert builders.balance().points == 26 * 2


def test_volunteers_and_auditors_read_only(
    client_for: ClientFor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volunteers, "get_volunteer", person)
    pay("R#1")
    volunteer, staff = client_for("volunteer", MEI), client_for("staff", AUDITOR)
    with policies.acting("volunteer"):
        assert volunteer.get("/me").status_code == 200
        assert volunteer.get("/me/points").status_code == 200
    with policies.acting("staff"):
        assert staff.get(f"/staff/points/{VOLUNTEER}").status_code == 200
    with pytest.raises(policies.NotAllowed), policies.acting("volunteer"):
        pay("R#2")
