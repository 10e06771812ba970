"""Deeds as the other features really store them reach the ledger."""

from datetime import timedelta
from typing import Any

from portal import db
from portal.activities import service as activities
from portal.config import Config
from portal.events import from_stream
from portal.points import reactions, service
from portal.reports import service as reports
from tests.activities import builders as services
from tests.awards import house
from tests.reports import build
from tests.volunteers import builders as people


def tell_all(table: str) -> None:
    """Hand every deed of a table to the ledger, as a stream that starts anew would."""
    engine: Any = db.shared().client
    for row in engine.scan(TableName=f"test-{table}")["Items"]:
        for event in from_stream({"dynamodb": {"NewImage": row}}):
            if event.name in reactions.REACTIONS:
                reactions.REACTIONS[event.name](event)


def ledger(volunteer: str) -> list[tuple[str, int]]:
    page = service.list_entries(community=people.COMMUNITY, volunteer=volunteer)
    return [(entry.rule, entry.points) for entry in reversed(page.items)]


def test_a_report_earns_on_its_way_from_the_placard_to_the_rating(storage: Config) -> None:
    at, now = reports.submit_report(draft=build.draft(), now=build.NOW), build.NOW
    key = reports.private_key(submission_key=build.draft().submission_key)
    reports.claim_report(actor=build.VOLUNTEER, reference=at.reference, key=key, now=now)
    common: dict[str, Any] = {"reference": at.reference, "now": now}
    reports.file_report(actor=build.DISPATCHER, version=2, subcategory="0104", urgency="P3", **common)
    reports.dispatch_report(actor=build.DISPATCHER, version=3, department="SAN", **common)
    reports.sign_report(actor=build.HANDLER, version=4, **common)
    reports.start_report(actor=build.HANDLER, version=5, **common)
    reports.handle_report(actor=build.HANDLER, version=6, result="垃圾桶已经清空，周边也冲洗干净了", **common)
    reports.verify_report(actor=build.VERIFIER, version=7, **common)
    reports.close_report(actor=build.VERIFIER, version=8, note="现场看过，已经干净", **common)
    reports.rate_report(key=key, rating=2, **common)
    tell_all("reports")
    assert ledger("V1") == [("P02", 2), ("P03", 3), ("P06", 1)]
    reports.reopen_report(key=key, **common)
    tell_all("reports")
    assert ledger("V1") == [("P02", 2), ("P03", 3), ("P06", 1), ("P03", -3)]


def test_a_service_is_pending_during_its_publicity_and_posted_after_it(storage: Config) -> None:
    people.add_places()
    volunteer = people.serving().id
    record = services.confirmed(volunteer)
    tell_all("activities")
    [pending] = service.list_pending(community=people.COMMUNITY, volunteer=volunteer)
    assert (pending.points, ledger(volunteer)) == (20, [])
    assert record.publicity_ends_at
    activities.settle_records(now=record.publicity_ends_at + timedelta(minutes=1))
    tell_all("activities")
    assert ledger(volunteer) == [("P07", 20)]
    assert service.list_pending(community=people.COMMUNITY, volunteer=volunteer) == []


def test_a_published_award_reaches_the_winners_account_once(storage: Config) -> None:
    winner = house.settle_in()
    house.published(winner)
    tell_all("awards")
    tell_all("awards")
    assert ledger(winner[0]) == [("P19", 50)]
    [entry] = service.list_entries(community=people.COMMUNITY, volunteer=winner[0]).items
    assert (entry.actor, entry.approver, entry.text) == ("li", "wang", "获得 2026-10 志愿之星")
