"""Deeds reach the ledger as events, in any order, as often as the stream likes."""

import random
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.config import Config
from portal.events import Event, from_item
from portal.points import domain, reactions, service
from tests.points import builders
from tests.points.builders import COMMUNITY, NOON, VOLUNTEER

REPORT = {
    "pk": "R#K7M2Q4XZ",
    "sk": "REPORT",
    "state": "closed",
    "reference": "K7M2Q4XZ",
    "community": COMMUNITY,
    "category": "01",
    "subcategory": "0103",
    "volunteer": VOLUNTEER,
}
RECORD = {
    "pk": "REC#2H7K9MPQ",
    "sk": "RECORD",
    "state": "recorded",
    "community": COMMUNITY,
    "volunteer": VOLUNTEER,
    "activity": "小区巡查",
    "served_on": "2026-10-10",
    "minutes": Decimal(200),
    "attended": True,
    "coefficient": "1.2",
    "publicity_ends_at": "2026-10-20T16:00:00+00:00",
}
ROUND = {
    "pk": f"C#{COMMUNITY}",
    "sk": "ROUND#2026-09#star",
    "state": "published",
    "community": COMMUNITY,
    "month": "2026-09",
    "kind": "star",
    "winners": [VOLUNTEER, "VOTHER"],
    "proposed_by": "staff:lin",
    "decided_by": "staff:he",
}


def events(deed: dict[str, Any], *types: str) -> list[Event]:
    """Return a deed's events, an hour apart, as the stream would bring them."""
    lines = [
        {
            "seq": seq,
            "type": name,
            "actor": f"staff:{name.rpartition('.')[2]}",
            "role": "verifier",
            "at": (NOON + timedelta(hours=seq)).isoformat(),
            "data": {},
        }
        for seq, name in enumerate(types, 1)
    ]
    return from_item({**deed, "history": lines})


def tell(happened: Iterable[Event]) -> None:
    for event in happened:
        if event.name in reactions.REACTIONS:
            reactions.REACTIONS[event.name](event)


def ledger(volunteer: str = VOLUNTEER) -> list[tuple[str, int]]:
    page = service.list_entries(community=COMMUNITY, volunteer=volunteer)
    return [(entry.rule, entry.points) for entry in reversed(page.items)]


def test_a_report_earns_when_filed_when_closed_and_when_rated(storage: Config) -> None:
    tell(events(REPORT, "report.submitted", "report.filed", "report.closed", "report.rated"))
    assert ledger() == [("P02", 2), ("P03", 3), ("P06", 1)]
    newest = service.list_entries(community=COMMUNITY, volunteer=VOLUNTEER).items[1]
    assert (newest.text, newest.approver) == ("反映的问题 K7M2-Q4XZ 办结，并通过核查", "staff:closed")
    assert newest.at == NOON + timedelta(hours=3)


def test_an_anonymous_report_earns_nothing_until_it_is_claimed(storage: Config) -> None:
    happened = "report.submitted", "report.filed", "report.closed", "report.rated"
    tell(events({**REPORT, "volunteer": ""}, *happened))
    assert ledger() == []
    tell(events(REPORT, *happened, "report.claimed")[-1:])
    assert ledger() == [("P02", 2), ("P03", 3), ("P06", 1)]


@pytest.mark.parametrize("subcategory", ["0501", "0605", "0701", "0802", "1202"])
def test_a_report_about_people_or_a_dispute_earns_nothing(storage: Config, subcategory: str) -> None:
    deed = {**REPORT, "category": subcategory[:2], "subcategory": subcategory}
    tell(events(deed, "report.filed", "report.closed", "report.rated"))
    assert ledger() == []


def test_a_reopened_report_gives_its_points_back_and_earns_them_at_the_next_close(storage: Config) -> None:
    tell(events(REPORT, "report.filed", "report.closed", "report.reopened", "report.closed"))
    assert ledger() == [("P02", 2), ("P03", 3), ("P03", -3), ("P03", 3)]
    builders.check(entries=4, points=5)


@pytest.mark.parametrize("seed", range(6))
def test_repeated_and_shuffled_events_come_to_the_same_sum(storage: Config, seed: int) -> None:
    happened = events(
        REPORT, "report.submitted", "report.filed", "report.closed", "report.reopened", "report.closed", "report.rated"
    ) + events(RECORD, "record.submitted", "record.confirmed", "record.recorded")
    shuffled = happened * 2
    random.Random(seed).shuffle(shuffled)
    tell(shuffled)
    assert builders.balance().points == 2 + 3 + 1 + 36
    assert service.list_pending(community=COMMUNITY, volunteer=VOLUNTEER) == []


def test_a_service_is_pending_when_confirmed_and_posted_when_recorded(storage: Config) -> None:
    submitted, confirmed, recorded = events(RECORD, "record.submitted", "record.confirmed", "record.recorded")
    tell([submitted, confirmed])
    [pending] = service.list_pending(community=COMMUNITY, volunteer=VOLUNTEER)
    assert (pending.points, str(pending.final_on), pending.text) == (
        36,
        "2026-10-21",
        "10月10日 小区巡查 200 分钟，系数 1.2",
    )
    assert ledger() == []
    tell([recorded])
    assert ledger() == [("P07", 36)]
    entry = service.list_entries(community=COMMUNITY, volunteer=VOLUNTEER).items[0]
    assert (str(entry.on), entry.approver) == ("2026-10-10", "staff:confirmed")


def test_services_of_two_days_that_settle_together_each_meet_their_own_days_cap(storage: Config) -> None:
    for number, day in enumerate((8, 9)):
        deed = {**RECORD, "pk": f"REC#{number}", "served_on": f"2026-10-{day:02d}", "minutes": 420, "coefficient": "1"}
        tell(events(deed, "record.recorded"))
    assert ledger() == [("P07", 70), ("P07", 70)]


@pytest.mark.parametrize("change", [{"attended": False}, {"minutes": 29}])
def test_who_did_not_come_or_stayed_under_half_an_hour_earns_nothing(storage: Config, change: dict[str, Any]) -> None:
    tell(events({**RECORD, **change}, "record.confirmed", "record.recorded"))
    assert ledger() == []
    assert service.list_pending(community=COMMUNITY, volunteer=VOLUNTEER) == []


def test_a_voided_service_loses_what_was_pending(storage: Config) -> None:
    tell(events(RECORD, "record.submitted", "record.confirmed", "record.voided"))
    assert (ledger(), service.list_pending(community=COMMUNITY, volunteer=VOLUNTEER)) == ([], [])


def test_a_voided_service_gives_back_what_was_posted_once(storage: Config) -> None:
    happened = events(RECORD, "record.confirmed", "record.recorded", "record.voided")
    tell([*happened, happened[-1], happened[0]])
    assert ledger() == [("P07", 36), ("P07", -36)]
    assert service.list_pending(community=COMMUNITY, volunteer=VOLUNTEER) == []


def test_a_published_award_pays_every_winner_once(storage: Config) -> None:
    published = events(ROUND, "award.opened", "award.published")
    tell(published * 2)
    assert ledger() == ledger("VOTHER") == [("P19", 50)]
    entry = service.list_entries(community=COMMUNITY, volunteer=VOLUNTEER).items[0]
    assert (entry.kind, entry.approver, entry.text) == (domain.Kind.AWARD, "staff:he", "获得 2026-09 志愿之星")
