"""Every address has a rule, stands in the stored list, and reaches its own function."""

import pathlib
import re

import pytest

from tests import policies
from tests.project import hostile, url_map

STORED = pathlib.Path(__file__).with_name("urls.txt")
_BELOW = "/{proxy+}"
ROUTES = list(url_map.routes())


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_route_says_who_may_open_it(route: url_map.Route) -> None:
    assert route.access is not None


def test_the_stored_list_is_the_list_of_routes() -> None:
    """When an address or its rule was meant to change: `python -m tests.project.url_map > tests/project/urls.txt`."""
    assert "\n".join(str(route) for route in ROUTES) + "\n" == STORED.read_text(encoding="utf-8")


@pytest.mark.parametrize("route", [r for r in ROUTES if r.audience == "staff" and r.path.startswith("/staff")], ids=str)
def test_a_staff_page_is_open_to_staff_only_but_for_the_door(route: url_map.Route) -> None:
    doors = {"/staff/sign-in", "/staff/sign-out"}

    assert route.who.startswith("staff") or route.path in doors


@pytest.mark.parametrize("route", [r for r in ROUTES if r.endpoint != "health.healthz"], ids=str)
def test_the_http_api_sends_every_address_to_the_function_that_serves_it(route: url_map.Route) -> None:
    path = re.sub(r"<[^>]+>", "x", route.path)

    assert serving(path) == route.audience


def serving(path: str) -> str:
    """The function that the HTTP API chooses: of an exact route, else of the longest, else of the rest."""
    targets = {}
    for resource in policies._template()["Resources"].values():
        if resource["Type"] == "AWS::ApiGatewayV2::Route":
            properties = resource["Properties"]
            key = properties["RouteKey"].removeprefix("ANY ")
            targets[key] = re.sub(r"integrations/\$\{(\w+)Integration\}", r"\1", properties["Target"]).lower()
    fits = [
        key
        for key in targets
        if path == key or (key.endswith(_BELOW) and path.startswith(key.removesuffix(_BELOW) + "/"))
    ]
    return targets[max(fits, key=lambda key: (key == path, len(key)), default="$default")]


def test_every_form_has_its_row_in_the_corpus_of_hostile_input() -> None:
    assert sorted(hostile.FORMS) == sorted(hostile.expected())
