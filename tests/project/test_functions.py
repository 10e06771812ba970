"""infra/functions.yaml, zappa_settings.json and infra/package.py speak of the same functions, set up the safe way."""

import importlib
import json
from typing import Any

import pytest

from infra import package
from infra.local import tables
from portal.config import Config
from tests import policies
from tests.project.test_layout import ROOT

RESOURCES: dict[str, Any] = policies._template()["Resources"]
ZAPPA: dict[str, Any] = json.loads((ROOT / "zappa_settings.json").read_text(encoding="utf-8"))


def of_type(kind: str) -> dict[str, Any]:
    return {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == f"AWS::{kind}"}


FUNCTIONS = {each["FunctionName"].removeprefix("${Prefix}-"): each for each in of_type("Lambda::Function").values()}


def test_each_function_is_declared_packaged_and_has_a_role_of_its_own() -> None:
    assert set(FUNCTIONS) == set(package.FUNCTIONS)
    assert {name: each["Role"] for name, each in FUNCTIONS.items()} == {
        name: f"{name.capitalize()}Role.Arn" for name in FUNCTIONS
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_functions_handler_and_zip_exist(name: str) -> None:
    module, _, attribute = FUNCTIONS[name]["Handler"].rpartition(".")

    assert FUNCTIONS[name]["Code"]["S3Key"] == f"${{Release}}/{name}.zip"
    assert (ROOT / f"{module.replace('.', '/')}.py").exists()
    assert module == "functions.entry" or callable(getattr(importlib.import_module(module), attribute))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_starts_with_what_a_deployment_must_set(name: str) -> None:
    variables = {key: str(value) for key, value in FUNCTIONS[name]["Environment"]["Variables"].items()}
    safe = variables | {"YIZHAN_BASE_URL": "https://ls.example.cn"}

    config = Config.from_env(safe)

    assert (config.stage, config.local, config.demo, config.engine_url) == ("production", False, False, "")


def test_every_web_function_is_a_stage_of_zappa_that_tells_nobody_anything() -> None:
    stages = {name: ZAPPA["base"] | stage for name, stage in ZAPPA.items() if name != "base"}

    assert set(stages) == {name for name, each in package.FUNCTIONS.items() if each.web}
    for name, stage in stages.items():
        assert stage["app_function"] == f"functions.{name}.app"
        assert stage["lambda_handler"] == FUNCTIONS[name]["Handler"]
        assert (stage["debug"], stage["log_level"], stage["keep_warm"]) == (False, "WARNING", False)
        assert (stage["manage_roles"], stage["function_url_enabled"]) == (False, False)


def test_every_stream_reaches_react_and_what_fails_is_parked() -> None:
    mappings = of_type("Lambda::EventSourceMapping").values()
    streams = {name.removeprefix("x-").capitalize() + "Stream" for name in tables.streams(prefix="x")}

    assert {each["EventSourceArn"] for each in mappings} == streams
    for each in mappings:
        assert each["FunctionName"] == "ReactFunction"
        assert each["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert each["BisectBatchOnFunctionError"] is True
        assert each["MaximumRetryAttempts"] == 5
        assert each["DestinationConfig"]["OnFailure"]["Destination"] == "Parked.Arn"


def test_streams_bring_deeds_only() -> None:
    patterns = [
        each["FilterCriteria"]["Filters"][0]["Pattern"] for each in of_type("Lambda::EventSourceMapping").values()
    ]

    for pattern in patterns:
        image = json.loads(pattern)["dynamodb"]["NewImage"]
        assert image == {"state": {"S": [{"exists": True}]}, "version": {"N": [{"exists": True}]}}


def test_no_template_names_a_partition_or_an_account() -> None:
    texts = [(ROOT / "infra" / name).read_text(encoding="utf-8") for name in ("functions.yaml", "tables.yaml")]

    assert not [text for text in texts if "arn:aws" in text or "amazonaws.com.cn" in text]
    assert not [text for text in texts if any(len(word) == 12 and word.isdigit() for word in text.split(":"))]


def test_logs_are_kept_half_a_year_and_hold_neither_address_nor_query() -> None:
    (stage,) = of_type("ApiGatewayV2::Stage").values()

    assert {each["RetentionInDays"] for each in of_type("Logs::LogGroup").values()} == {180}
    assert not {"sourceIp", "path", "queryString"} & set(
        stage["AccessLogSettings"]["Format"].replace('"', ".").split(".")
    )
