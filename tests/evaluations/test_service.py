"""A month's scores from stored facts, and the day its records are closed."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from portal.config import Config
from portal.evaluations import service
from portal.period import Month
from tests.evaluations.build import COMMUNITY, record_event, report_event, tell

NOVEMBER = Month(2026, 11)


def tell_golden_month() -> None:
    stars = [5, 5, 4, 5, None, None]
    for n, each in enumerate(stars):
        tell(record_event(record=f"REC{n}", stars=each, training_minutes=60 if n == 0 else 0))
    for n in range(4):
        tell(report_event(reference=f"REPORT{n}"))


def test_the_golden_month_scores_76_48_from_stored_facts(storage: Config) -> None:
    tell_golden_month()
    tell(record_event(record="OTHER", volunteer="V2"), record_event(record="VOID", volunteer="V3"))
    tell(record_event("record.voided", record="VOID", seq=5, volunteer="V3"))

    scored = service.score_month(community=COMMUNITY, month=NOVEMBER)

    assert scored[0].score == Decimal("76.48")
    assert [each.volunteer for each in scored] == ["V1", "V2"]
    assert len(scored[0].facts) == 10
    assert {fact.source for fact in scored[0].facts} >= {"REC0", "REPORT3"}


def test_one_persons_score_is_the_same_alone_and_in_the_month(storage: Config) -> None:
    tell_golden_month()
    tell(record_event(record="OTHER", volunteer="V10"))

    own = service.score_own(community=COMMUNITY, month=NOVEMBER, volunteer="V1")

    assert own == next(
        each for each in service.score_month(community=COMMUNITY, month=NOVEMBER) if each.volunteer == "V1"
    )


def test_another_communitys_facts_are_not_read(storage: Config) -> None:
    tell(record_event(community="320105902902"))

    assert service.score_month(community=COMMUNITY, month=NOVEMBER) == []


def test_a_month_is_frozen_after_the_second_working_day_of_the_next(storage: Config) -> None:
    assert service.frozen_at(community=COMMUNITY, month=NOVEMBER) == datetime(2026, 12, 2, 16, tzinfo=UTC)
    # October's National Day holidays push September's second working day to the 9th.
    assert service.frozen_at(community=COMMUNITY, month=Month(2026, 9)) == datetime(2026, 10, 9, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("confirmed_at", "month"),
    [
        (datetime(2026, 11, 9, tzinfo=UTC), NOVEMBER),
        (datetime(2026, 12, 2, 15, 59, tzinfo=UTC), NOVEMBER),
        (datetime(2026, 12, 2, 16, 0, tzinfo=UTC), Month(2026, 12)),
        (datetime(2027, 1, 20, tzinfo=UTC), Month(2027, 1)),
    ],
)
def test_a_record_confirmed_too_late_counts_for_the_next_month(
    storage: Config, confirmed_at: datetime, month: Month
) -> None:
    found = service.month_of_record(community=COMMUNITY, served=NOVEMBER, confirmed_at=confirmed_at)

    assert found == month
