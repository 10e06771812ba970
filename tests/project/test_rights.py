"""Every page, form, event and due thing under the very policies of infra/functions.yaml: no function lacks a right."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from infra.local import engine
from portal import clock, db, events
from portal.accounts import service as accounts
from portal.activities import service as activities
from portal.areas import service as areas
from portal.awards import service as awards
from portal.config import Config
from portal.points import service as points
from portal.stations import service as stations
from tests import policies
from tests.activities import builders as services
from tests.awards import house
from tests.project import hostile, url_map, world
from tests.reports.build import VOLUNTEER
from tests.volunteers import builders as people

pytestmark = pytest.mark.slow
World = dict[str, str]
NAMES = {
    "code": "{code}",
    "reference": "{closed}",
    "station_id": "{station}",
    "volunteer_id": "{volunteer}",
    "volunteer": "{volunteer}",
    "record_id": "{record}",
    "username": "{colleague}",
    "month": "{month}",
    "area_code": world.COMMUNITY,
}


@pytest.fixture(scope="module")
def found(running_engine: engine.Engine) -> Iterator[tuple[Config, World]]:
    with world.standing(running_engine) as standing:
        yield standing


@pytest.fixture(scope="module")
def config(found: tuple[Config, World]) -> Config:
    return found[0]


@pytest.fixture(scope="module")
def everything(found: tuple[Config, World]) -> World:
    return found[1]


@pytest.fixture(autouse=True)
def cold() -> None:
    """Remember no place, as a function that just started: what a warm one need not ask for is a right all the same."""
    areas.forget()
    stations.forget()


def person_of(route: url_map.Route) -> str:
    return {"staff": "chief", "volunteer": "volunteer"}.get(route.audience, "")


@pytest.mark.parametrize("route", [each for each in url_map.routes() if each.method == "GET"], ids=str)
def test_every_page_opens_under_its_functions_policy(everything: World, route: url_map.Route) -> None:
    path = re.sub(r"<any\((\w+)[^>]*>", r"\1", route.path)
    path = re.sub(r"<(\w+)>", lambda found: NAMES[found[1]], path).format(**everything)
    client = world.client(route.audience, person_of(route))

    with policies.acting(route.audience):
        answer = client.get(f"{path}?key={everything['closed_key']}" if path.startswith("/t/") else path)

    assert answer.status_code in {200, 303}, path


@pytest.mark.parametrize("name", hostile.FORMS)
def test_every_form_is_taken_under_its_functions_policy(everything: World, name: str) -> None:
    form = hostile.FORMS[name]
    audience = name.split(maxsplit=1)[0]
    client = world.client(audience, form.person)
    body = urlencode([(field, value.format(**everything)) for field, value in form.fields.items()])

    with policies.acting(audience):
        answer = client.post(
            form.path.format(**everything), data=body, content_type="application/x-www-form-urlencoded"
        )

    assert answer.status_code in {200, 303} or form.closed or answer.status_code == 409, answer.text


def test_react_handles_every_event_under_its_policy(everything: World, config: Config) -> None:
    from functions import react  # noqa: PLC0415 - binds storage when it is imported

    db.connect(config)
    batch = {"Records": world.records(config)}

    with policies.acting("react"):
        answer = react.handler(batch, None)

    assert answer == {"batchItemFailures": []}


def test_react_signs_out_who_left_under_its_policy(config: Config) -> None:
    from functions import react  # noqa: PLC0415 - binds storage when it is imported

    db.connect(config)
    accounts.start_session(actor=VOLUNTEER, now=clock.now(), lifetime=timedelta(days=1))
    deed = {"volunteer": VOLUNTEER.id, "community": world.COMMUNITY}
    left = events.Event(
        name="volunteer.exited", source="V", seq=9, at=clock.now(), actor="V", role="volunteer", deed=deed
    )

    with policies.acting("react"):
        react.react(left)

    assert accounts.end_sessions_of(person=VOLUNTEER.id) == 0


def test_tick_settles_what_is_due_under_its_policy(
    everything: World, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    from functions import tick  # noqa: PLC0415 - binds storage when it is imported

    db.connect(config)
    later = clock.now() + timedelta(days=40)
    monkeypatch.setattr(clock, "now", lambda: later)

    with policies.acting("tick"):
        done = tick.handler({}, None)

    assert done["late reports"] > 0


def test_an_award_goes_its_way_under_three_policies(storage: Config) -> None:
    """Staff decide and publicise, the tick publishes when the publicity has ended, react pays the winner."""
    from functions import react  # noqa: PLC0415 - binds storage when it is imported

    db.connect(storage)
    everybody = house.settle_in()
    with policies.acting("staff"):
        waiting = house.publicised(everybody)
    with policies.acting("tick"):
        awards.settle_rounds(now=waiting.publicity_ends_at or house.NOW)
    batch = {"Records": world.records(storage)}

    with policies.acting("react"):
        answer = react.handler(batch, None)

    assert answer == {"batchItemFailures": []}
    paid = points.list_entries(community=house.COMMUNITY, volunteer=waiting.winners[0]).items
    assert [entry.rule for entry in paid] == ["P19"]
    assert awards.list_honours(volunteer=waiting.winners[0])


def test_a_service_becomes_points_under_three_policies(storage: Config) -> None:
    """Staff record and confirm, the tick settles after the publicity, react pays."""
    from functions import react  # noqa: PLC0415 - binds storage when it is imported

    db.connect(storage)
    people.add_places()
    volunteer = people.serving(services.NOW - timedelta(days=90)).id
    with policies.acting("staff"):
        record = services.confirmed(volunteer)
    with policies.acting("tick"):
        assert activities.settle_records(now=record.publicity_ends_at or services.NOW) == 1
    batch = {"Records": world.records(storage)}

    with policies.acting("react"):
        assert react.handler(batch, None) == {"batchItemFailures": []}

    paid = points.list_entries(community=services.COMMUNITY, volunteer=volunteer).items
    assert [entry.rule for entry in paid] == ["P07"]
