"""Refuses every AWS call that the acting function's role in infra/functions.yaml does not allow, as AWS would.

    with policies.acting("resident"):
        client.post("/s/K7M2Q4", data=form)

A refusal is raised where it happens and again at the end of the block, in case the code under test swallowed it. To
measure as well, let `meter.measure()` and `acting` nest either way.
"""

import fnmatch
import functools
import pathlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import botocore.client
import yaml

from infra.local import tables
from portal import db
from tests import meter

FUNCTIONS = pathlib.Path(__file__).resolve().parents[1] / "infra" / "functions.yaml"
_CLIENT: Any = botocore.client.BaseClient
_TRANSACT = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem",
             "Get": "GetItem"}  # fmt: skip


class NotAllowed(AssertionError):
    """The acting function called what its role does not allow."""


@dataclass(frozen=True)
class Statement:
    """One statement of a policy; resources of tables as `reports` or `reports/index/desk`."""

    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]

    def covers(self, action: str, resource: str) -> bool:
        return any(fnmatch.fnmatchcase(action, each) for each in self.actions) and any(
            fnmatch.fnmatchcase(resource, each) for each in self.resources
        )


@dataclass
class Role:
    """What a function may do, and what it was refused."""

    name: str
    statements: tuple[Statement, ...]
    refused: list[str] = field(default_factory=list)

    def may(self, action: str, resource: str) -> bool:
        """Say whether AWS would let it: some statement allows and none denies."""
        found = [statement.allows for statement in self.statements if statement.covers(action, resource)]
        return bool(found) and all(found)

    def check(self, action: str, resource: str) -> None:
        """Raise NotAllowed, and remember it."""
        if not self.may(action, resource):
            self.refused.append(f"{self.name} may not {action} on {resource}")
            raise NotAllowed(self.refused[-1])


_acting: ContextVar[Role | None] = ContextVar("acting", default=None)


def role(function: str) -> Role:
    """Read a function's role and the managed policies attached to it."""
    resources = _template()["Resources"]
    found = resources[f"{function.capitalize()}Role"]["Properties"]
    documents = [policy["PolicyDocument"] for policy in found["Policies"]]
    documents += [resources[_attached(each)]["Properties"]["PolicyDocument"] for each in found["ManagedPolicyArns"]]
    return Role(function, tuple(_statement(each) for document in documents for each in document["Statement"]))


@functools.cache
def _template() -> dict[str, Any]:
    template: dict[str, Any] = yaml.load(FUNCTIONS.read_text(encoding="utf-8"), Loader=tables._CloudFormation)  # noqa: S506 - a SafeLoader
    return template


def _attached(reference: str | list[str]) -> str:
    """Name the policy of `!Ref Policy` or `!If [Condition, !Ref Policy, ...]`."""
    return reference if isinstance(reference, str) else reference[1]


def _statement(statement: Mapping[str, Any]) -> Statement:
    resources = tuple(str(each).rpartition(":table/${Prefix}-")[2] for each in statement["Resource"])
    return Statement(statement["Effect"] == "Allow", tuple(statement["Action"]), resources)


@contextmanager
def acting(function: str) -> Iterator[Role]:
    """Refuse what this function's role lacks, in this thread, until the block ends."""
    _install()
    actor = role(function)
    token = _acting.set(actor)
    try:
        yield actor
    finally:
        _acting.reset(token)
    if actor.refused:
        raise NotAllowed("; ".join(actor.refused))


def guard(app: Callable[..., Iterable[bytes]], function: str) -> Callable[..., Iterable[bytes]]:
    """Let a WSGI app act under a function's role: the same check for a journey in a browser."""

    def guarded(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with acting(function):
            return list(app(environ, start_response))

    return guarded


@functools.cache
def _install() -> None:
    original = _CLIENT._make_api_call

    def checked(client: Any, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        actor = _acting.get()
        if actor and not meter.looking.get():
            for action, resource in _needs(client.meta.service_model.service_name, operation, params):
                actor.check(action, resource)
        answer: dict[str, Any] = original(client, operation, params)
        return answer

    _CLIENT._make_api_call = checked


def _needs(service: str, operation: str, params: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what AWS asks a role for: a transaction needs the right of each of its parts."""
    if service != "dynamodb":
        yield f"{service}:{operation}", str(params.get("KeyId", "*"))
    elif "TransactItems" in params:
        for each in params["TransactItems"]:
            for kind, request in each.items():
                yield f"dynamodb:{_TRANSACT[kind]}", _feature(request["TableName"])
    elif "RequestItems" in params:
        for table in params["RequestItems"]:
            yield f"dynamodb:{operation}", _feature(table)
    else:
        index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
        yield f"dynamodb:{operation}", _feature(params.get("TableName", "*")) + index


def _feature(table: str) -> str:
    return table.removeprefix(f"{db._bound().table_prefix}-")
