"""Least privilege, as infra/functions.yaml writes it."""

import contextlib
from typing import Any

import pytest

from infra.local import tables
from portal import db
from portal.config import Config
from tests import meter, policies

FUNCTIONS = ("resident", "volunteer", "staff", "react", "tick")
LEDGER = ("points", "points-entries", "evaluations")
READS = ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchGetItem")
WRITES = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem")


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("action", ["dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"])
def test_no_function_may_change_or_remove_a_points_entry(function: str, action: str) -> None:
    assert not policies.role(function).may(action, "points-entries")


def test_only_react_may_append_points_entries() -> None:
    assert [f for f in FUNCTIONS if policies.role(f).may("dynamodb:PutItem", "points-entries")] == ["react"]


@pytest.mark.parametrize("table", LEDGER)
@pytest.mark.parametrize("action", [*READS, *WRITES])
def test_the_resident_function_has_no_right_to_the_ledger_or_scores(action: str, table: str) -> None:
    assert not policies.role("resident").may(action, table)


@pytest.mark.parametrize("table", ["areas", "stations", "sessions", "accounts", "volunteers", "awards"])
@pytest.mark.parametrize("action", WRITES)
def test_the_resident_function_writes_reports_and_limits_only(action: str, table: str) -> None:
    assert not policies.role("resident").may(action, table)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("table", [each["TableName"] for each in tables.list_tables(prefix="")])
def test_nobody_may_scan_or_touch_a_table_itself(function: str, table: str) -> None:
    acting = policies.role(function)

    assert not any(acting.may(f"dynamodb:{each}", table[1:]) for each in ("Scan", "DeleteTable", "UpdateTable"))


def test_a_right_reaches_the_table_or_the_index_it_names_only() -> None:
    statement = policies.Statement(allows=True, actions=("dynamodb:Query",), resources=("reports/index/desk",))
    acting = policies.Role("somebody", (statement,))

    assert acting.may("dynamodb:Query", "reports/index/desk")
    assert not acting.may("dynamodb:Query", "reports")


def test_a_refusal_the_code_swallowed_is_raised_at_the_end() -> None:
    swallowed = contextlib.suppress(policies.NotAllowed)

    with pytest.raises(policies.NotAllowed, match="Scan"), policies.acting("resident") as acting, swallowed:
        acting.check("dynamodb:Scan", "reports")


def test_a_call_is_judged_at_botocores_door_but_the_meters_own_reads_are_not(storage: Config) -> None:
    engine: Any = db.shared().client
    key = {"pk": {"S": "nothing"}, "sk": {"S": "nothing"}}

    with meter.measure() as m, policies.acting("resident"):
        engine.get_item(TableName=f"{storage.table_prefix}-areas", Key=key)
    with pytest.raises(policies.NotAllowed), policies.acting("resident"), meter.measure():
        engine.get_item(TableName=f"{storage.table_prefix}-points", Key=key)

    assert m.round_trips == 1
