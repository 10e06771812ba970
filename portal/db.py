"""DynamoDB through PynamoDB: one client a process, one base item, and PynamoDB's errors as ours."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.connection.base import MetaTable
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from portal.config import Config
from portal.errors import Busy, Conflict

T = TypeVar("T")

_CONDITION_FAILED = "ConditionalCheckFailedException"
_CANCELED = "TransactionCanceledException"
_config: Config | None = None
_shared: Connection | None = None


class ConditionFailed(Conflict):
    """A conditional write found another state than it asked for; `failed` names the writes of a transaction."""

    def __init__(self, failed: frozenset[str] = frozenset()) -> None:
        """Keep which writes were refused."""
        super().__init__()
        self.failed = failed


class Meta:
    """What every table shares. A model says only `class Meta(db.Meta): table = "reports"`."""

    table = ""
    table_name: str | None = None
    billing_mode = "PAY_PER_REQUEST"
    connect_timeout_seconds = 1
    read_timeout_seconds = 3
    max_retry_attempts = 3
    max_pool_connections = 20


class Item(Model):
    """Base of every stored item. Keys are built by the feature's models, nowhere else."""

    Meta: Any = Meta

    @classmethod
    def _get_connection(cls) -> TableConnection:
        """Bind the class to its table; all classes share one client, since a client costs a cold start."""
        config = _bound()
        name = f"{config.table_prefix}-{cls.Meta.table}"
        if cls._connection is None or cls._connection.connection is not _shared or cls.Meta.table_name != name:
            cls.Meta.table_name = name
            cls._connection = None
            connection = super()._get_connection()
            _share(name, connection.get_meta_table())
            connection.connection = shared()
        assert cls._connection is not None  # noqa: S101 - set just above
        return cls._connection


def _share(name: str, schema: MetaTable) -> None:
    """Let the one client know a table; models of one table may each declare other indexes, so they add up."""
    known = shared()._tables.setdefault(name, schema)  # noqa: SLF001 - PynamoDB offers no other way to share a client
    for part, key in (("GlobalSecondaryIndexes", "IndexName"), ("AttributeDefinitions", "AttributeName")):
        rows = [*(known.data.get(part) or []), *(schema.data.get(part) or [])]
        known.data[part] = list({row[key]: row for row in rows}.values())


class KeyedItem(Item):
    """An item of a table with both keys."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


def connect(config: Config) -> None:
    """Bind this process to the tables of a config; nothing is opened before the first call."""
    global _config, _shared  # noqa: PLW0603 - one storage a process, by design
    if config == _config:
        return
    key = "local" if config.engine_url else None
    _config = config
    _shared = Connection(
        region=config.region,
        host=config.engine_url or None,
        connect_timeout_seconds=Meta.connect_timeout_seconds,
        read_timeout_seconds=Meta.read_timeout_seconds,
        max_retry_attempts=Meta.max_retry_attempts,
        max_pool_connections=Meta.max_pool_connections,
        aws_access_key_id=key,
        aws_secret_access_key=key,
    )


def _bound() -> Config:
    if _config is None:
        msg = "db.connect(config) has not been called"
        raise RuntimeError(msg)
    return _config


def shared() -> Connection:
    """Return the process's one connection, for a hook that counts or refuses calls."""
    if _shared is None:
        msg = "db.connect(config) has not been called"
        raise RuntimeError(msg)
    return _shared


def ping() -> None:
    """Ask storage for something it has not: answers when it can. Raises Busy."""
    with errors():
        client: Any = shared().client
        client.get_item(TableName=f"{_bound().table_prefix}-areas", Key={"pk": {"S": "PING"}, "sk": {"S": "PING"}})


@contextmanager
def errors() -> Iterator[None]:
    """Turn PynamoDB's and botocore's errors into ConditionFailed and Busy; NotFound stays the repository's."""
    import botocore.exceptions  # noqa: PLC0415 - loaded by PynamoDB anyway; named here only

    try:
        yield
    except PynamoDBException as error:
        code = _code(error)
        if code == _CONDITION_FAILED:
            raise ConditionFailed from error
        if code or isinstance(error.cause, botocore.exceptions.BotoCoreError):
            raise Busy from error
        raise
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        raise Busy from error


def _code(error: PynamoDBException) -> str:
    """Return what DynamoDB calls the error; PynamoDB's own property breaks when the answer was lost on the way."""
    response = getattr(error.cause, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def create(item: Any) -> None:
    """Put an item that must be new. Raises ConditionFailed when its key is taken."""
    with errors():
        item.save(condition=type(item).pk.does_not_exist(), add_version_condition=False)


def update(item: Model, actions: list[Action], condition: Condition) -> None:
    """Change an item in place under a condition, refreshing it. Raises ConditionFailed."""
    with errors():
        item.update(actions=actions, condition=condition, add_version_condition=False)


class Transaction:
    """Writes that happen together or not at all; each may be named, so that a refusal says which."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._writes: dict[str, list[tuple[str, Any, Any, Condition | None]]] = {
            kind: [] for kind in ("check", "delete", "put", "update")
        }

    def check(self, model: type[Model], key: tuple[str, ...], condition: Condition, name: str = "") -> None:
        """Require something of an item that is not written."""
        self._writes["check"].append((name, model, key, condition))

    def put(self, item: Model, condition: Condition | None = None, name: str = "") -> None:
        """Write a whole item."""
        self._writes["put"].append((name, item, None, condition))

    def update(self, item: Model, actions: list[Action], condition: Condition | None = None, name: str = "") -> None:
        """Change an item in place."""
        self._writes["update"].append((name, item, actions, condition))

    def delete(self, item: Model, condition: Condition | None = None, name: str = "") -> None:
        """Remove an item."""
        self._writes["delete"].append((name, item, None, condition))

    def commit(self, token: str | None = None) -> None:
        """Write all. Raises ConditionFailed (naming what refused) or Busy (nothing is known to be stored).

        With a token, sending the very same writes again within ten minutes changes nothing.
        """
        work = TransactWrite(connection=shared(), client_request_token=token)
        for _, model, key, condition in self._writes["check"]:
            work.condition_check(model, key[0], key[1] if len(key) > 1 else None, condition)
        for _, item, _, condition in self._writes["delete"]:
            work.delete(item, condition=condition, add_version_condition=False)
        for _, item, _, condition in self._writes["put"]:
            work.save(item, condition=condition)
        for _, item, actions, condition in self._writes["update"]:
            work.update(item, actions=actions, condition=condition, add_version_condition=False)
        try:
            with errors():
                work._commit()  # noqa: SLF001 - the context manager would hide the order of names
        except Busy as busy:
            raise self._refusal(busy.__cause__) or busy from busy.__cause__

    def _refusal(self, error: BaseException | None) -> ConditionFailed | None:
        if not isinstance(error, TransactWriteError) or _code(error) != _CANCELED:
            return None
        names = [write[0] for kind in self._writes.values() for write in kind]
        codes = [reason.code if reason else "None" for reason in error.cancellation_reasons]
        failed = frozenset(name for name, code in zip(names, codes, strict=False) if "ConditionalCheckFailed" in code)
        retry = any(code not in {"None", "ConditionalCheckFailed"} for code in codes)
        return (
            ConditionFailed(failed) if any("ConditionalCheckFailed" in code for code in codes) and not retry else None
        )


Cursor = Mapping[str, str]
"""The key of a page's last row: attribute name to string value."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, and the cursor that asks for those after them (None on the last page)."""

    items: list[T]
    cursor: Cursor | None = None


def start_key(cursor: Cursor | None) -> dict[str, Any] | None:
    """Return a cursor as the key DynamoDB starts after."""
    return {name: {"S": value} for name, value in cursor.items()} if cursor else None


def page(rows: Iterable[Any], *, limit: int, keys: tuple[str, ...]) -> Page[Any]:
    """Make a page of a query that was asked for `limit + 1` rows; `keys` are the attributes of the index and the table.

    One row more than shown tells whether there is a next page, so the last page never offers an empty one.
    """
    with errors():
        found = list(rows)
    if len(found) <= limit:
        return Page(found)
    last = found[limit - 1]
    return Page(found[:limit], {name: getattr(last, name) for name in keys})
