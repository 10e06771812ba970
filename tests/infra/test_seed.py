"""The demo's story, told as if the first run were on any awkward day of the year."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from functions import react
from infra.local import notes, pump, seed, tables
from infra.local.seed.places import COMMUNITY
from portal.awards import domain as awards_domain
from portal.awards import service as awards
from portal.config import Config
from portal.period import Month
from portal.points import service as points
from portal.reports import service as reports
from portal.volunteers import service as volunteers
from portal.workflow import Actor, Role

ADMIN = Actor(id="staff:admin", roles=frozenset({Role.COMMUNITY_ADMIN}), scope=COMMUNITY, desks=(COMMUNITY,))


@pytest.fixture
def stream(storage: Config, tmp_path: Path) -> pump.Pump:
    memory = notes.Notes(tables.client("dynamodb", engine_url=storage.engine_url, region=storage.region), "test")
    memory.prepare()
    return pump.Pump(
        dynamodb=tables.client("dynamodb", engine_url=storage.engine_url, region=storage.region),
        streams=tables.client("dynamodbstreams", engine_url=storage.engine_url, region=storage.region),
        tables=tables.streams(prefix=storage.table_prefix),
        handler=react.handler,
        memory=memory,
        parked=tmp_path / "parked.jsonl",
        pause=time.sleep,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "now",
    [
        pytest.param(datetime(2026, 11, 30, 16, 5, tzinfo=UTC), id="five-past-midnight-on-the-first"),
        pytest.param(datetime(2026, 10, 31, 9, 0, tzinfo=UTC), id="the-thirty-first"),
        pytest.param(datetime(2027, 2, 15, 4, 0, tzinfo=UTC), id="february-of-a-year-the-calendar-does-not-know"),
    ],
)
def test_the_demo_has_last_months_shortlist_on_any_first_day(stream: pump.Pump, tmp_path: Path, now: datetime) -> None:
    shares: list[float] = []
    seed.load(now=now, progress=lambda share, _: shares.append(share), drain=stream.drain)
    last_month = Month.of(now).previous()

    seen = awards.view_round(actor=ADMIN, community=COMMUNITY, month=last_month, now=now)
    assert seen.shortlist
    assert seen.state is awards_domain.State.DRAFT
    assert len(volunteers.all_active(community=COMMUNITY)) == 40
    best = seen.shortlist[0].candidate.volunteer
    assert points.get_balance(community=COMMUNITY, volunteer=best).points > 0
    assert reports.list_solved(community=COMMUNITY, month=last_month)
    assert reports.list_desk(actor=ADMIN, desk=COMMUNITY).rows, "staff find something to do"
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert not (tmp_path / "parked.jsonl").exists(), "every reaction worked"
