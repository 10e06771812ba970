"""Create in the engine the tables that `infra/tables.yaml` declares, so that both worlds have one source."""

import functools
import pathlib
from typing import Any

import boto3
import yaml

TEMPLATE = pathlib.Path(__file__).resolve().parents[1] / "tables.yaml"
CREDENTIALS = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}  # the engine asks for any


class _CloudFormation(yaml.SafeLoader):
    """YAML whose `!Sub`, `!Ref`, `!GetAtt` ... are read as their plain content."""


def _content(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else None


_CloudFormation.add_multi_constructor("!", _content)


@functools.cache
def _resources() -> tuple[dict[str, Any], ...]:
    template = yaml.load(TEMPLATE.read_text(encoding="utf-8"), Loader=_CloudFormation)  # noqa: S506 - a SafeLoader
    return tuple(
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::DynamoDB::Table"
    )


def list_tables(*, prefix: str) -> list[dict[str, Any]]:
    """The declared tables' CloudFormation properties, each with its real `TableName`."""
    return [
        {**properties, "TableName": properties["TableName"].replace("${Prefix}", prefix)} for properties in _resources()
    ]


def streams(*, prefix: str) -> list[str]:
    """Names of the tables that declare a stream."""
    return [table["TableName"] for table in list_tables(prefix=prefix) if "StreamSpecification" in table]


def client(service: str, *, engine_url: str, region: str) -> Any:
    """A boto3 client that talks to the engine."""
    return boto3.client(service, endpoint_url=engine_url, region_name=region, **CREDENTIALS)  # type: ignore[call-overload]  # a variable name


def create_tables(engine_url: str, prefix: str, region: str) -> list[str]:
    """Create the tables and indexes that are missing; answers the names of the new tables."""
    dynamodb = client("dynamodb", engine_url=engine_url, region=region)
    present = {name for page in dynamodb.get_paginator("list_tables").paginate() for name in page["TableNames"]}
    created = []
    for table in list_tables(prefix=prefix):
        if table["TableName"] in present:
            _add_indexes(dynamodb, table)
        else:
            _create(dynamodb, table)
            created.append(table["TableName"])
    return created


def _create(dynamodb: Any, table: dict[str, Any]) -> None:
    request = {key: table[key] for key in ("TableName", "AttributeDefinitions", "KeySchema")}
    request["BillingMode"] = "PAY_PER_REQUEST"
    if "GlobalSecondaryIndexes" in table:
        request["GlobalSecondaryIndexes"] = table["GlobalSecondaryIndexes"]
    if "StreamSpecification" in table:
        request["StreamSpecification"] = {"StreamEnabled": True, **table["StreamSpecification"]}
    dynamodb.create_table(**request)
    expiry = table.get("TimeToLiveSpecification")
    if expiry:
        dynamodb.update_time_to_live(
            TableName=table["TableName"],
            TimeToLiveSpecification={"Enabled": True, "AttributeName": expiry["AttributeName"]},
        )


def _add_indexes(dynamodb: Any, table: dict[str, Any]) -> None:
    """A newer release may declare more indexes than the data folder's tables have; the engine fills them."""
    declared = table.get("GlobalSecondaryIndexes", [])
    description = dynamodb.describe_table(TableName=table["TableName"])["Table"]
    present = {index["IndexName"] for index in description.get("GlobalSecondaryIndexes", [])}
    for index in declared:
        if index["IndexName"] not in present:
            dynamodb.update_table(
                TableName=table["TableName"],
                AttributeDefinitions=table["AttributeDefinitions"],
                GlobalSecondaryIndexUpdates=[{"Create": index}],
            )
