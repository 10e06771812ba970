"""infra/tables.yaml and the PynamoDB models say the same: keys, indexes, projections, expiry."""

import importlib
import pathlib
import pkgutil
from collections.abc import Collection
from typing import Any

import pytest
from pynamodb.attributes import TTLAttribute

import portal
from infra.local import tables
from portal import db

DECLARED = {each["TableName"].removeprefix("x-"): each for each in tables.list_tables(prefix="x")}


def models() -> list[type[db.Item]]:
    """Every model that has a table, found by importing all of the portal."""
    for found in pkgutil.walk_packages(portal.__path__, "portal."):
        if pathlib.PurePath(found.name).suffix in {".models", ".limits"} or ".models." in found.name:
            importlib.import_module(found.name)
    waiting, all_models = [db.Item], []
    while waiting:
        waiting += (below := waiting.pop().__subclasses__())
        all_models += [each for each in below if each.__module__.startswith("portal.") and each.Meta.table]
    return sorted(all_models, key=lambda each: (each.Meta.table, each.__name__))


MODELS = models()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_models_keys_are_its_tables_keys(model: type[db.Item]) -> None:
    assert key_names(model.get_attributes().values()) == schema(DECLARED[model.Meta.table])


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_models_indexes_are_declared_with_the_same_keys_and_projection(model: type[db.Item]) -> None:
    declared = {each["IndexName"]: each for each in DECLARED[model.Meta.table].get("GlobalSecondaryIndexes", [])}

    for index in model._indexes.values():
        found = declared[index.Meta.index_name]
        assert key_names(index.Meta.attributes.values()) == schema(found)
        assert projected(index.Meta.projection) == projected_in(found["Projection"])


@pytest.mark.parametrize("table", DECLARED)
def test_every_declared_table_and_index_is_used_by_a_model(table: str) -> None:
    used = [model for model in MODELS if model.Meta.table == table]
    indexes = {index.Meta.index_name for model in used for index in model._indexes.values()}

    assert used
    assert indexes == {each["IndexName"] for each in DECLARED[table].get("GlobalSecondaryIndexes", [])}


@pytest.mark.parametrize("table", DECLARED)
def test_what_expires_in_a_model_expires_in_the_table(table: str) -> None:
    attributes = [each for model in MODELS if model.Meta.table == table for each in model.get_attributes().values()]
    expiring = {each.attr_name for each in attributes if isinstance(each, TTLAttribute)}
    declared = DECLARED[table].get("TimeToLiveSpecification")

    assert expiring == ({declared["AttributeName"]} if declared else set())


@pytest.mark.parametrize("table", DECLARED)
def test_a_table_is_on_demand_and_protected_and_can_be_brought_back(table: str) -> None:
    declared = DECLARED[table]

    assert declared["BillingMode"] == "PAY_PER_REQUEST"
    assert declared["DeletionProtectionEnabled"] is True
    assert declared["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert declared["SSESpecification"] == {"SSEEnabled": True}


def key_names(attributes: Collection[Any]) -> list[str]:
    hashed = [each.attr_name for each in attributes if each.is_hash_key]
    return hashed + [each.attr_name for each in attributes if each.is_range_key]


def schema(declared: dict[str, Any]) -> list[str]:
    return [each["AttributeName"] for each in sorted(declared["KeySchema"], key=lambda each: each["KeyType"])]


def projected(projection: Any) -> tuple[str, frozenset[str]]:
    return projection.projection_type, frozenset(projection.non_key_attributes or ())


def projected_in(declared: dict[str, Any]) -> tuple[str, frozenset[str]]:
    return declared["ProjectionType"], frozenset(declared.get("NonKeyAttributes", ()))
