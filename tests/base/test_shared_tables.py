"""Several models may live in one table, whichever is used first."""

from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from portal import db
from portal.config import Config


class ByDue(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due_queue = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class Plain(db.KeyedItem):
    class Meta(db.Meta):
        table = "awards"


class Indexed(db.KeyedItem):
    class Meta(db.Meta):
        table = "awards"

    due_queue = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    by_due = ByDue()


def test_an_index_is_known_even_when_a_model_without_it_used_the_table_first(storage: Config) -> None:
    db.create(Plain("P", "1"))
    db.create(Indexed("P", "2", due_queue="q", due_at="2026"))

    assert [each.sk for each in Indexed.by_due.query("q")] == ["2"]
