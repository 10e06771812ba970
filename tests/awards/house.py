"""A small community with volunteers who served, built through the services, for the tests of awards and console."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from portal.areas import domain as areas_domain
from portal.areas import service as areas
from portal.awards import service
from portal.awards.domain import Round
from portal.evaluations import reactions
from portal.period import Month
from portal.volunteers import domain as people
from portal.volunteers import service as volunteers
from portal.workflow import Actor, Role
from tests.evaluations.build import record_event

COMMUNITY = "320105902901"
MONTH = Month(2026, 10)
NOW = datetime(2026, 11, 10, 2, tzinfo=UTC)
LI = Actor(id="li", name="李敏", roles=frozenset({Role.COMMUNITY_ADMIN}), scope=COMMUNITY)
WANG = Actor(id="wang", name="王强", roles=frozenset({Role.SECOND_APPROVER}), scope=COMMUNITY)
AUDITOR = Actor(id="sun", name="孙正", roles=frozenset({Role.AUDITOR}), scope=COMMUNITY[:9])
OUTSIDER = Actor(id="far", name="远方", roles=frozenset({Role.COMMUNITY_ADMIN}), scope="320105903")
NAMES = ("陈桂兰", "张伟", "安洁", "王小明", "李芳", "赵敏", "孙悦", "周强", "吴刚", "郑爽", "冯丽", "褚健")


def add_places() -> None:
    """Add the community with all that holds it."""
    places = (
        ("320105", "建邺区"),
        (COMMUNITY[:9], "南苑街道"),
        (COMMUNITY, "庐山社区"),
        (f"{COMMUNITY}001", "第一网格"),
    )
    for code, name in places:
        areas.add_area(area=areas_domain.Area(code=code, name=name))


def add_volunteer(n: int, *, publish: bool) -> str:
    """Let somebody join and be verified; return the id."""
    joined = volunteers.apply(
        draft=people.Application(
            community=COMMUNITY,
            area=f"{COMMUNITY}001",
            name=NAMES[n],
            phone=f"139000010{n:02d}",
            kind=people.Kind.RETIRED,
            birth_on=date(1960, 1, 1),
            consent_version="1",
            publish_name=publish,
        ),
        now=NOW - timedelta(days=90),
    )
    volunteers.verify_volunteer(actor=LI, community=COMMUNITY, volunteer_id=joined.id, now=NOW - timedelta(days=89))
    return joined.id


def serve(volunteer: str, hours: int, *, records: int = 2) -> None:
    """Let the scores learn of services in October."""
    for n in range(records):
        at = datetime(2026, 10, 12 + n, 2, tzinfo=UTC)
        minutes = Decimal(hours * 60 // records)
        told = record_event(
            record=f"{volunteer}{n}", volunteer=volunteer, minutes=minutes, at=at, served_on=f"2026-10-{11 + n}"
        )
        reactions.keep_record(told)


def void_first_record(volunteer: str, at: datetime) -> None:
    """Let the scores learn that a service was voided."""
    told = record_event(
        "record.voided",
        seq=5,
        at=at,
        record=f"{volunteer}0",
        volunteer=volunteer,
        served_on="2026-10-11",
        confirmed_at=datetime(2026, 10, 12, 2, tzinfo=UTC),
    )
    reactions.void_record(told)


def settle_in(*, volunteers_in_all: int = 12, served: int = 5) -> list[str]:
    """Build the community; the first volunteer served most. Every second one agreed to be named."""
    areas.forget()
    add_places()
    people_ids = [add_volunteer(n, publish=n % 2 == 0) for n in range(volunteers_in_all)]
    for n, each in enumerate(people_ids[:served]):
        serve(each, 20 - 2 * n)
    return people_ids


def decided(people_ids: list[str], *, winners: int = 1) -> Round:
    """Bring October's round to its decision."""
    opened = service.open_round(actor=LI, community=COMMUNITY, month=MONTH, now=NOW)
    proposed = service.propose_round(
        actor=LI, community=COMMUNITY, month=MONTH, version=opened.version, winners=people_ids[:winners], reason="",
        now=NOW,
    )  # fmt: skip
    return service.decide_round(actor=WANG, community=COMMUNITY, month=MONTH, version=proposed.version, now=NOW)


def publicised(people_ids: list[str]) -> Round:
    """Bring October's round to its publicity."""
    done = decided(people_ids)
    return service.publicise_round(actor=LI, community=COMMUNITY, month=MONTH, version=done.version, now=NOW)


def published(people_ids: list[str]) -> Round:
    """Bring October's round to its end."""
    done = publicised(people_ids)
    assert done.publicity_ends_at
    return service.publish_round(
        actor=LI, community=COMMUNITY, month=MONTH, version=done.version, now=done.publicity_ends_at
    )
