"""A deployed function gets every setting there is."""

from dataclasses import fields

import pytest
import yaml

from infra.local import tables
from portal.config import Config
from tests.policies import FUNCTIONS

LOCAL_ONLY = {"engine_url", "demo"}
TEMPLATE = yaml.load(FUNCTIONS.read_text(encoding="utf-8"), Loader=tables._CloudFormation)  # noqa: S506 - a SafeLoader
VARIABLES = {
    name: resource["Properties"]["Environment"]["Variables"]
    for name, resource in TEMPLATE["Resources"].items()
    if resource["Type"] == "AWS::Lambda::Function"
}


@pytest.mark.parametrize("function", VARIABLES)
def test_each_setting_of_a_deployment_is_given_to_every_function(function: str) -> None:
    given = {name for name in VARIABLES[function] if name.startswith("YIZHAN_")}

    assert given == {f"YIZHAN_{each.name.upper()}" for each in fields(Config) if each.name not in LOCAL_ONLY}


@pytest.mark.parametrize("function", VARIABLES)
def test_what_a_parameter_sets_has_that_parameter(function: str) -> None:
    """`!Ref X` reads here as `X`: it must be declared, or be a value itself."""
    references = {
        each
        for each in VARIABLES[function].values()
        if isinstance(each, str) and each.isidentifier() and each[0].isupper()
    }

    assert references <= set(TEMPLATE["Parameters"])
