"""What a volunteer and an auditor read of an account."""

from datetime import UTC, date, datetime

import pytest
from pynamodb.models import Model

from portal.config import Config
from portal.points import service
from portal.points.models import EntryItem
from portal.volunteers import domain as volunteers_domain
from portal.volunteers import service as volunteers
from portal.workflow import Actor, Role
from tests.conftest import ClientFor
from tests.points import builders
from tests.points.builders import COMMUNITY, VOLUNTEER, pay

MEI = Actor(id=VOLUNTEER, name="周梅", kind="volunteer", roles=frozenset({Role.VOLUNTEER}), scope=COMMUNITY)
AUDITOR = Actor(id="staff:he", name="何静", roles=frozenset({Role.AUDITOR}), scope=COMMUNITY)
NOVEMBER = datetime(2026, 11, 18, 4, tzinfo=UTC)


def test_who_has_nothing_yet_sees_three_ways_to_earn_each_with_a_button(client_for: ClientFor, now: datetime) -> None:
    page = client_for("volunteer", MEI).get("/me").text
    assert "周梅，您好" in page
    ways = page[page.index('id="earn"') :]
    assert ways.count('class="btn') >= 3
    assert '<svg class="chart"' not in page


def test_the_first_page_shows_balance_months_pending_and_how_each_entry_counts(
    client_for: ClientFor, now: datetime
) -> None:
    client = client_for("volunteer", MEI)
    pay("R#K7M2Q4XZ", at=NOVEMBER)
    pay("A#1", "P19", at=NOVEMBER)
    service.expect_points(pending=builders.pending("REC#1"))
    page = client.get("/me").text
    assert '<p class="big">52' in page
    assert "11月 52 分</title>" in page
    assert "2026年10月20日 公示结束后入账" in page
    assert "每件被立案的问题计 2 分，每天最多 10 分，每月最多 60 分。" in page
    assert 'href="/t/K7M2Q4XZ"' in page
    assert 'id="earn"' not in page


def test_an_entry_taken_back_says_which_one_it_takes(client_for: ClientFor, now: datetime) -> None:
    client = client_for("volunteer", MEI)
    pay("R#K7M2Q4XZ#8", "P03")
    builders.take_back("R#K7M2Q4XZ#8", "P03")
    page = client.get("/me/points").text
    assert "收回：反映的问题办结" in page
    assert "这一笔收回第 1 笔的积分" in page
    assert "−3" in page


def test_all_entries_are_paged_with_a_signed_link(client_for: ClientFor, now: datetime) -> None:
    client = client_for("volunteer", MEI)
    for number in range(22):
        pay(f"A#{number}", "P19")
    first = client.get("/me/points").text
    link = first[first.index("?after=") :].split('"')[0]
    second = client.get(f"/me/points{link}").text
    assert (first.count('class="pts up"'), second.count('class="pts up"')) == (20, 2)
    assert "更早的明细" not in second
    assert client.get("/me/points?after=forged").status_code == 422


def test_a_page_link_of_one_person_does_not_open_anothers_list(client_for: ClientFor, now: datetime) -> None:
    for number in range(22):
        pay(f"A#{number}", "P19")
    first = client_for("volunteer", MEI).get("/me/points").text
    link = first[first.index("?after=") :].split('"')[0]
    other = Actor(id="VOTHER", name="吴", kind="volunteer", roles=frozenset({Role.VOLUNTEER}), scope=COMMUNITY)
    assert client_for("volunteer", other).get(f"/me/points{link}").status_code == 422


@pytest.mark.parametrize("path", ["/me", "/me/points"])
def test_a_stranger_is_asked_to_sign_in(client_for: ClientFor, now: datetime, path: str) -> None:
    answer = client_for("volunteer").get(path)
    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in")


def person(**_: object) -> volunteers_domain.Volunteer:
    return volunteers_domain.Volunteer(
        id=VOLUNTEER,
        community=COMMUNITY,
        area=COMMUNITY + "001",
        name="周梅",
        phone_masked="138****1234",
        kind="other",
        state=volunteers_domain.State.ACTIVE,
        version=1,
        publish_name=False,
        birth_on=date(1960, 1, 1),
        joined_on=date(2026, 1, 1),
        applied_at=NOVEMBER,
        consent_version="1",
    )


def test_an_auditor_reads_a_checked_ledger(
    client_for: ClientFor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volunteers, "get_volunteer", person)
    client = client_for("staff", AUDITOR)
    pay("R#K7M2Q4XZ")
    pay("R#2")
    page = client.get(f"/staff/points/{VOLUNTEER}").text
    assert "已核对 2 笔" in page
    assert ">lin<" in page  # who approved, by username
    entry: Model = EntryItem.get(f"ACC#{COMMUNITY}#{VOLUNTEER}", "E#000000000001")
    entry.update(actions=[EntryItem.points.set(200)])
    assert "账目对不上" in client.get(f"/staff/points/{VOLUNTEER}").text


def test_an_unknown_volunteer_is_not_found(client_for: ClientFor, now: datetime) -> None:
    assert client_for("staff", AUDITOR).get("/staff/points/VNOBODY").status_code == 404


def test_other_staff_cannot_read_ledgers(client_for: ClientFor, now: datetime) -> None:
    handler = Actor(id="staff:qin", roles=frozenset({Role.HANDLER}), scope=COMMUNITY)
    assert client_for("staff", handler).get(f"/staff/points/{VOLUNTEER}").status_code == 403


def test_the_command_checks_every_account(storage: Config) -> None:
    from portal.app import create_app  # noqa: PLC0415 - only this test runs a command

    pay("R#1")
    runner = create_app(storage).test_cli_runner()
    assert "1 accounts checked, 0 with faults" in runner.invoke(args=["points", "verify"]).output
    EntryItem.get(f"ACC#{COMMUNITY}#{VOLUNTEER}", "E#000000000001").update(actions=[EntryItem.points.set(200)])
    result = runner.invoke(args=["points", "verify"])
    assert (result.exit_code, "1 with faults" in result.output) == (1, True)


def test_a_street_auditor_may_name_the_community_and_no_other_street_can(
    client_for: ClientFor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volunteers, "get_volunteer", person)
    pay("R#1")
    street, other = (
        Actor(id=f"staff:{scope}", roles=frozenset({Role.AUDITOR}), scope=scope) for scope in ("320105902", "320105903")
    )
    path = f"/staff/points/{VOLUNTEER}?community={COMMUNITY}"
    assert "已核对 1 笔" in client_for("staff", street).get(path).text
    assert client_for("staff", other).get(path).status_code == 404
