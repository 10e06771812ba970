"""What the scores learn from events that may repeat, come late, or take back what was said."""

from datetime import UTC, datetime
from itertools import permutations

import pytest

from portal.config import Config
from portal.evaluations import service
from portal.period import Month
from tests.evaluations.build import COMMUNITY, record_event, report_event, tell

NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)


def at(day: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, 2, tzinfo=UTC)


def resolved(month: Month = NOVEMBER) -> int | None:
    return service.score_own(community=COMMUNITY, month=month, volunteer="V1").inputs.resolved


def minutes(month: Month = NOVEMBER) -> int | None:
    return service.score_own(community=COMMUNITY, month=month, volunteer="V1").inputs.minutes


def test_a_confirmed_record_counts_once_however_often_the_stream_repeats_it(storage: Config) -> None:
    tell(record_event(), record_event(), record_event("record.recorded", seq=3), record_event())

    assert minutes() == 150
    assert len(service.list_facts(community=COMMUNITY, month=NOVEMBER)) == 1


def test_a_no_show_is_kept_as_a_record_without_minutes(storage: Config) -> None:
    tell(record_event(attended=False, stars=None))

    own = service.score_own(community=COMMUNITY, month=NOVEMBER, volunteer="V1")
    assert (own.inputs.records, own.inputs.attended, own.inputs.minutes) == (1, 0, 0)


def test_a_voided_record_counts_no_more_whatever_the_order_of_events(storage: Config) -> None:
    confirmed = record_event()
    recorded = record_event("record.recorded", seq=3, confirmed_at=confirmed.at)
    voided = record_event("record.voided", seq=4, at=at(20), confirmed_at=confirmed.at)

    for order in permutations([confirmed, recorded, voided]):
        tell(*order)
        assert minutes() == 0


def test_a_record_voided_before_anyone_confirmed_it_leaves_nothing(storage: Config) -> None:
    tell(record_event("record.voided", confirmed_at=None))

    assert service.list_facts(community=COMMUNITY, month=NOVEMBER) == []


def test_a_solved_report_counts_for_its_volunteer_in_the_month_it_was_closed(storage: Config) -> None:
    tell(report_event(at=at(1, 12)), report_event(reference="ANONYMUS", volunteer=""))

    assert (resolved(NOVEMBER), resolved(DECEMBER)) == (0, 1)


@pytest.mark.parametrize("category", ["0501", "0703", "0801", "1202"])
def test_a_report_about_people_is_never_a_fact(storage: Config, category: str) -> None:
    tell(
        report_event(category=category[:2], subcategory=category), report_event("report.reopened", subcategory=category)
    )

    assert service.list_facts(community=COMMUNITY, month=NOVEMBER) == []


def test_a_reopened_report_counts_again_only_when_it_is_closed_again(storage: Config) -> None:
    closed = report_event(seq=8, at=at(30))
    reopened = report_event("report.reopened", seq=10, at=at(2, 12), state="in_progress")

    tell(closed, reopened, closed)
    assert (resolved(NOVEMBER), resolved(DECEMBER)) == (0, 0)

    tell(report_event(seq=14, at=at(4, 12)), reopened)
    assert (resolved(NOVEMBER), resolved(DECEMBER)) == (0, 1)


def test_a_report_claimed_after_it_was_closed_counts_and_one_still_open_waits(storage: Config) -> None:
    tell(report_event("report.claimed", reference="OPENOPEN", state="filed"))
    assert resolved() == 0

    tell(report_event("report.claimed", seq=9, at=at(1, 12), closed_at=at(30)))
    assert resolved() == 1
