"""Storage: conditional writes, transactions, pages and rate limits on a real engine."""

from datetime import timedelta
from typing import Any

import pytest
from pynamodb.attributes import NumberAttribute

from infra.local import tables
from portal import db, events, limits
from portal.config import Config
from portal.errors import TooMany
from portal.workflow import SYSTEM
from tests.conftest import NOW


class Thing(db.KeyedItem):
    class Meta(db.Meta):
        table = "areas"

    number = NumberAttribute(default=0)


class Deed(events.DeedItem):
    class Meta(db.Meta):
        table = "reports"


def test_a_new_item_is_created_once(storage: Config) -> None:
    db.create(Thing("A", "1", number=1))
    with pytest.raises(db.ConditionFailed):
        db.create(Thing("A", "1", number=2))
    assert Thing.get("A", "1").number == 1


def test_a_transaction_names_the_write_that_was_refused(storage: Config) -> None:
    db.create(Thing("A", "1"))
    work = db.Transaction()
    work.put(Thing("A", "2"), name="new")
    work.put(Thing("A", "1"), Thing.pk.does_not_exist(), name="taken")
    with pytest.raises(db.ConditionFailed) as caught:
        work.commit()
    assert caught.value.failed == {"taken"}
    assert list(Thing.query("A", Thing.sk == "2")) == []


def test_the_last_page_has_no_cursor_even_when_it_is_full(storage: Config) -> None:
    for number in range(4):
        db.create(Thing("A", str(number)))

    def page(cursor: db.Cursor | None) -> db.Page[Any]:
        return db.page(Thing.query("A", limit=3, last_evaluated_key=db.start_key(cursor)), limit=2, keys=("pk", "sk"))

    first = page(None)
    second = page(first.cursor)
    assert [thing.sk for thing in first.items + second.items] == ["0", "1", "2", "3"]
    assert second.cursor is None


def test_a_move_appends_to_the_history_and_the_stream_gives_only_what_is_new(storage: Config) -> None:
    first = events.entry(seq=1, type="report.submitted", actor=SYSTEM, at=NOW)
    deed = Deed("R#K7M2", "REPORT", state="submitted", history=[first])
    db.create(deed)
    old = deed.serialize()
    second = events.entry(seq=2, type="report.filed", actor=SYSTEM, at=NOW, data={"level": 1})
    db.update(deed, deed.move_actions("filed", second), Deed.version == 1)
    record = {"dynamodb": {"OldImage": old, "NewImage": deed.serialize()}}
    (event,) = events.from_stream(record)
    assert (event.name, event.key, event.at, event.data) == ("report.filed", "R#K7M2#2", NOW, {"level": 1})
    assert [line["seq"] for line in Deed.get("R#K7M2", "REPORT").history] == [1, 2]
    with pytest.raises(db.ConditionFailed):
        db.update(deed, deed.move_actions("filed", second), Deed.version == 1)


def test_a_history_line_is_stored_in_plain_chinese(storage: Config) -> None:
    deed = Deed("R#K7M2", "REPORT", state="submitted", history=[])
    db.create(deed)
    note = "已经清运"
    db.update(
        deed,
        deed.move_actions("handled", events.entry(seq=2, type="a.b", actor=SYSTEM, at=NOW, data={"note": note})),
        Deed.version == 1,
    )
    key = {"pk": {"S": "R#K7M2"}, "sk": {"S": "REPORT"}}
    client: Any = db.shared().client
    (line,) = client.get_item(TableName=f"{storage.table_prefix}-reports", Key=key)["Item"]["history"]["L"]
    assert note in line["S"]


def test_nothing_expires_by_the_engines_clock_while_a_test_runs(storage: Config) -> None:
    dynamodb = tables.client("dynamodb", engine_url=storage.engine_url, region=storage.region)
    for name in ("sessions", "limits", "notices"):
        told = dynamodb.describe_time_to_live(TableName=f"{storage.table_prefix}-{name}")["TimeToLiveDescription"]
        assert told["TimeToLiveStatus"] == "DISABLED"


def test_a_limit_counts_each_of_its_counters_and_none_once_one_is_full(storage: Config) -> None:
    def hit(address: str) -> None:
        limits.hit(key="report:ABC", caps={"all": 3, address: 2}, window=timedelta(minutes=10), now=NOW)

    hit("one")
    hit("one")
    with pytest.raises(TooMany) as caught:
        hit("one")
    assert 0 < caught.value.retry_after <= 600
    hit("two")
    with pytest.raises(TooMany):
        hit("two")
