from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from portal import db, events
from portal.period import Month
from portal.reports import domain, models, repository
from portal.reports.domain import State
from tests.reports.build import COMMUNITY, DISPATCHER, NOW, SAN, report

pytestmark = pytest.mark.usefixtures("storage")


def _moved(before: domain.Report, name: str = "file", **changes: Any) -> domain.Report:
    move = domain.check_move(report=before, name=name, actor=DISPATCHER)
    return domain.advance(report=before, move=move, actor=DISPATCHER, now=NOW, data={"note": "看过了"}, **changes)


def test_a_report_comes_back_as_it_was_stored() -> None:
    full = report(
        phone_token="t", location="32.01,118.72,15", due_at=NOW, filers=("a", "b"), volunteer="V1", confidential=True
    )
    repository.add_report(full)
    assert repository.find_report("NX7K42QM") == full
    assert repository.find_whole("NX7K42QM") == full


def test_nothing_is_found_under_an_unknown_reference() -> None:
    assert repository.find_report("22222222") is None
    assert repository.find_whole("22222222") is None


def test_a_reference_is_taken_once() -> None:
    repository.add_report(report())
    with pytest.raises(db.ConditionFailed):
        repository.add_report(report(description="别的事情"))


def test_a_move_changes_adds_and_removes_attributes_and_appends_one_step() -> None:
    before = report(due_at=NOW, late_at=NOW)
    repository.add_report(before)
    after = _moved(before, due_at=NOW + timedelta(hours=2), late_at=None, subcategory="0104", filers=("dina",))
    assert repository.save_move(before=before, after=after) == after
    assert repository.find_report(before.reference) == after


def test_a_move_decided_on_an_old_version_is_refused_and_shows_the_new_one() -> None:
    before = report()
    repository.add_report(before)
    first = repository.save_move(before=before, after=_moved(before, subcategory="0104"))
    with pytest.raises(domain.Stale) as caught:
        repository.save_move(before=before, after=_moved(before, "reject"))
    assert caught.value.report == first


def test_a_move_whose_answer_was_lost_counts_as_made() -> None:
    before = report()
    repository.add_report(before)
    after = _moved(before)
    repository.save_move(before=before, after=after)
    assert repository.save_move(before=before, after=after) == after


def test_a_desk_lists_open_reports_by_time_left_page_by_page() -> None:
    for number in range(5):
        due = NOW + timedelta(hours=5 - number)
        repository.add_report(report(reference=f"2222222{number + 2}", due_at=due))
    repository.add_report(report(reference="33333333", due_at=NOW, desk=SAN))
    repository.add_report(report(reference="44444444", due_at=NOW, state=State.CLOSED, closed_at=NOW))
    first = repository.list_desk(desk=COMMUNITY, limit=3)
    rest = repository.list_desk(desk=COMMUNITY, limit=3, cursor=first.cursor)
    assert [row.reference[-1] for row in first.items + rest.items] == ["6", "5", "4", "3", "2"]
    assert rest.cursor is None
    assert first.items[0].due_at == NOW + timedelta(hours=1)


def test_a_full_last_page_offers_no_empty_one() -> None:
    for number in range(3):
        repository.add_report(report(reference=f"2222222{number + 2}", due_at=NOW))
    assert repository.list_desk(desk=COMMUNITY, limit=3).cursor is None


def test_a_long_text_is_a_short_row() -> None:
    repository.add_report(report(description="漏水" * 100, place="驿站" * 50, due_at=NOW))
    row = repository.list_desk(desk=COMMUNITY).items[0]
    assert (len(row.summary), len(row.spot)) == (models.SUMMARY, models.SPOT)


def test_the_board_holds_closed_reports_of_a_month_but_no_confidential_one() -> None:
    closed = {"state": State.CLOSED, "closed_at": NOW, "subcategory": "0104", "station_name": "宁小蜂驿站", "rating": 5}
    repository.add_report(report(reference="22222222", **closed))
    repository.add_report(report(reference="33333333", confidential=True, **closed))
    repository.add_report(report(reference="44444444"))
    solved = repository.list_solved(community=COMMUNITY, month=Month(2026, 11))
    assert solved == [domain.Solved(category="01", subcategory="0104", place="宁小蜂驿站", month="2026-11", rating=5)]
    assert repository.list_solved(community=COMMUNITY, month=Month(2026, 10)) == []


def test_a_volunteer_finds_own_reports_the_newest_first() -> None:
    repository.add_report(report(reference="22222222", volunteer="V1"))
    repository.add_report(report(reference="33333333", volunteer="V1", submitted_at=NOW + timedelta(hours=1)))
    repository.add_report(report(reference="44444444"))
    assert [row.reference for row in repository.list_mine(volunteer="V1").items] == ["33333333", "22222222"]


def test_only_what_is_due_and_not_yet_marked_is_found() -> None:
    late = report(reference="22222222", due_at=NOW)
    repository.add_report(late)
    repository.add_report(report(reference="33333333", due_at=NOW + timedelta(hours=1)))
    repository.add_report(report(reference="44444444", due_at=NOW, late_at=NOW))
    found = [each for queue in repository.QUEUES for each in repository.list_due(queue=queue, now=NOW)]
    assert found == ["22222222"]


def _long() -> domain.Report:
    before = report()
    repository.add_report(before)
    for seq in range(2, 16):
        step = domain.Step(
            seq=seq, type="report.reworked", actor="vera", role="verifier", at=NOW, data={"n": "字" * 90}
        )
        after = replace(before, version=seq, history=(*before.history, step))
        before = repository.save_move(before=before, after=after)
    return before


def test_a_long_history_is_paged_and_read_whole_in_one_go() -> None:
    whole = _long()
    assert repository.page_history(whole) is True
    short = repository.find_report(whole.reference)
    assert short is not None
    assert 0 < len(short.history) < len(whole.history)
    assert short.version == whole.version
    again = repository.find_whole(whole.reference)
    assert again is not None
    assert again.history == whole.history
    assert repository.page_history(short) is False


def test_a_paged_report_moves_on_without_a_gap() -> None:
    whole = _long()
    repository.page_history(whole)
    short = repository.find_report(whole.reference)
    assert short is not None
    repository.save_move(before=short, after=_moved(short))
    again = repository.find_whole(whole.reference)
    assert again is not None
    assert [step.seq for step in again.history] == list(range(1, 17))


def test_paging_raises_no_events_and_a_page_is_no_deed() -> None:
    whole = _long()
    item = models.ReportItem.get(models.report_key(whole.reference), models.REPORT)
    old = item.serialize()
    repository.page_history(whole)
    item.refresh()
    page = models.PageItem.get(item.pk, models.page_key(1))
    assert events.from_stream({"dynamodb": {"NewImage": item.serialize(), "OldImage": old}}) == []
    assert events.from_stream({"dynamodb": {"NewImage": page.serialize()}}) == []
