"""A deed's history is its event stream: how a deed appends an event, and how a stream record becomes events again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pynamodb.attributes import JSONAttribute, ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from portal import db
from portal.workflow import Actor

Entry = dict[str, Any]
"""One line of a history: `seq, type, actor, role, at, data`."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to a deed and was committed.

    `source` names the deed (`R#K7M2Q4XZ`), `deed` holds the deed's own attributes as committed with it, `history`
    the deed's lines up to this one (without those long since moved to a page of their own).
    """

    name: str
    source: str
    seq: int
    at: datetime
    actor: str
    role: str
    data: Mapping[str, Any] = field(default_factory=dict)
    deed: Mapping[str, Any] = field(default_factory=dict)
    history: tuple[Entry, ...] = ()

    @property
    def key(self) -> str:
        """The event's identity: a reaction that has seen it does nothing the second time."""
        return f"{self.source}#{self.seq}"


def entry(*, seq: int, type: str, actor: Actor, at: datetime, data: Mapping[str, Any] | None = None) -> Entry:  # noqa: A002 - the stored name
    """Return a history line. `data` must hold nothing personal: it goes where the stream goes."""
    role = next((role.value for role in sorted(actor.roles)), actor.kind)
    return {
        "seq": seq,
        "type": type,
        "actor": actor.id,
        "role": role,
        "at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "data": dict(data or {}),
    }


class LineAttribute(JSONAttribute):
    """A history line as JSON in plain UTF-8: escaped, a Chinese character would take six bytes instead of three."""

    def serialize(self, value: Any) -> str | None:
        """Write the line."""
        return None if value is None else json.dumps(value, ensure_ascii=False)


class DeedItem(db.KeyedItem):
    """A deed: its state and its history in one item. `version` counts the moves and equals the last entry's `seq`."""

    state = UnicodeAttribute()
    version = NumberAttribute(default=1)
    history = ListAttribute[Any](of=LineAttribute, default=list)

    def move_actions(self, state: str, new: Entry) -> list[Action]:
        """Return the update that makes one move: the new state, the next version, the history line appended."""
        cls = type(self)
        return [
            cls.state.set(state),
            cls.version.set(new["seq"]),
            cls.history.set(cls.history.append([new])),
        ]


def from_stream(record: Mapping[str, Any]) -> list[Event]:
    """Return the events a DynamoDB stream record brought: history lines newer than the old image's.

    A removed item, a page of old history, or an item that is no deed brings none.
    """
    change = record["dynamodb"]
    image = change.get("NewImage") or {}
    if "history" not in image or "version" not in image or "state" not in image:
        return []
    seen = int(change.get("OldImage", {}).get("version", {"N": "0"})["N"])
    return from_item(_plain(image), after=seen)


def from_item(item: Mapping[str, Any], *, after: int = 0) -> list[Event]:
    """Return a deed's events with `seq` beyond `after`; `item` holds plain values, the history parsed or as JSON."""
    deed = {name: value for name, value in item.items() if name != "history"}
    lines = [json.loads(line) if isinstance(line, str) else line for line in item["history"]]
    return [_event(line, deed, lines[: index + 1]) for index, line in enumerate(lines) if line["seq"] > after]


def _event(line: Entry, deed: Mapping[str, Any], history: list[Entry]) -> Event:
    return Event(
        name=line["type"],
        source=str(deed["pk"]) if deed["sk"] in _BARE else f"{deed['pk']}/{deed['sk']}",
        seq=line["seq"],
        at=datetime.fromisoformat(line["at"]),
        actor=line["actor"],
        role=line["role"],
        data=line["data"],
        deed=deed,
        history=tuple(history),
    )


_BARE = frozenset({"REPORT", "RECORD"})
"""Sort keys that add nothing to the name of a deed."""


def _plain(image: Mapping[str, Any]) -> dict[str, Any]:
    from boto3.dynamodb.types import TypeDeserializer  # noqa: PLC0415 - only the event functions read streams

    read = TypeDeserializer().deserialize
    return {name: read(value) for name, value in image.items()}
