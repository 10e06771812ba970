"""What reports cost, by AWS's rules: the budgets of performance.md, beside the session's one read."""

import json
from dataclasses import replace
from typing import Any

import pytest

from portal.reports import models, service
from tests import meter
from tests.reports.build import COMMUNITY, DISPATCHER, HANDLER, NOW, VERIFIER, VOLUNTEER, draft

pytestmark = pytest.mark.usefixtures("storage")


def _cost(action: Any) -> meter.Measurement:
    with meter.measure() as measured:
        action()
    return measured


def test_filing_a_report_costs_two_round_trips() -> None:
    service.submit_report(draft=draft(submission_key="warms-the-calendar-01"), now=NOW)
    cost = _cost(lambda: service.submit_report(draft=draft(), now=NOW, address="10.0.0.1"))
    assert (cost.round_trips, cost.read_units) == (2, 0)
    assert cost.write_units <= 4
    full = draft(submission_key="a-full-form-00000001", description="字" * 300, phone="13912345678")
    cost = _cost(lambda: service.submit_report(draft=full, now=NOW, actor=VOLUNTEER, address="10.0.0.1"))
    assert cost.round_trips == 2
    assert cost.write_units <= 7


def test_following_costs_one_round_trip_and_one_read_unit() -> None:
    new = service.submit_report(draft=draft(description="小区东门垃圾桶满了" * 10, phone="13912345678"), now=NOW)
    key = service.private_key(submission_key=draft().submission_key)
    cost = _cost(lambda: service.follow_report(reference=new.reference, now=NOW, key=key, address="1"))
    assert (cost.round_trips, cost.write_units) == (1, 0)
    assert cost.read_units <= 1


def test_each_of_nine_moves_costs_two_round_trips() -> None:
    at = service.submit_report(draft=draft(description="小区东门垃圾桶满了，味道很大" * 8), now=NOW, actor=VOLUNTEER)
    words = "环卫工人已经到现场清运，并冲洗了地面，请居民放心。" * 2

    def call(move: Any, **given: Any) -> None:
        nonlocal at

        def action() -> None:
            nonlocal at
            at = move(reference=at.reference, version=at.version, now=NOW, **given)

        cost = _cost(action)
        stored = models.ReportItem.get(models.report_key(at.reference), models.REPORT)
        kilobytes = -(-len(json.dumps(stored.to_dynamodb_dict(), ensure_ascii=False).encode()) // 1024)
        assert cost.round_trips == 2
        assert cost.write_units <= kilobytes + 5

    call(service.file_report, actor=DISPATCHER, subcategory="0104", urgency="P3")
    call(service.dispatch_report, actor=DISPATCHER, department="SAN")
    call(service.sign_report, actor=HANDLER)
    call(service.start_report, actor=HANDLER, note=words)
    call(service.handle_report, actor=HANDLER, result=words)
    call(service.rework_report, actor=VERIFIER, reason=words)
    call(service.handle_report, actor=HANDLER, result=words)
    call(service.verify_report, actor=VERIFIER)
    call(service.close_report, actor=VERIFIER, note=words)


@pytest.mark.slow
def test_a_page_of_a_desk_costs_the_same_with_a_hundred_and_two_thousand_reports() -> None:
    costs = []
    for more in (100, 1900):
        _fill(more)
        costs.append(_cost(lambda: service.list_desk(actor=DISPATCHER, desk=COMMUNITY)))
    assert all(cost.round_trips == 1 and cost.read_units <= 2.5 for cost in costs)
    assert costs[0].read_units == costs[1].read_units


def _fill(count: int) -> None:
    taken = len(_references)
    new = service.submit_report(draft=draft(description="字" * 200, place="地" * 60, submission_key="z" * 20), now=NOW)
    with models.ReportItem.batch_write() as batch:
        for number in range(taken, taken + count):
            reference = f"{number:08d}".translate(str.maketrans("01", "XY"))
            _references.append(reference)
            batch.save(models.item(replace(new, reference=reference)))


_references: list[str] = []
