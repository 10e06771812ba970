"""Rate limits: counters of a window in one item, raised by one conditional update."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import reduce
from operator import and_, or_

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.expressions.operand import Path

from portal import db
from portal.errors import Busy, TooMany


class LimitItem(db.Item):
    """The counters of one window, such as `LIMIT#report#K7M2#2991234`; forgotten by TTL."""

    class Meta(db.Meta):
        """Table `<prefix>-limits`."""

        table = "limits"

    pk = UnicodeAttribute(hash_key=True)
    expires_at = TTLAttribute()


def hit(*, key: str, caps: Mapping[str, int], window: timedelta, now: datetime) -> None:
    """Count one more in every counter of this window, or raise TooMany and count nothing.

    `caps` maps a counter's name (letters and digits) to how many a window allows; one round trip, one write unit.
    """
    seconds = int(window.total_seconds())
    elapsed = int(now.timestamp()) % seconds
    counters = {name: Path(name) for name in caps}
    below = [or_(each.does_not_exist(), each < caps[name]) for name, each in counters.items()]
    actions = [each.add(1) for each in counters.values()]
    try:
        db.update(
            _window(key, seconds, now), [LimitItem.expires_at.set(now + window * 2), *actions], reduce(and_, below)
        )
    except db.ConditionFailed:
        raise TooMany(retry_after=seconds - elapsed) from None


def forgive(*, key: str, counter: str, window: timedelta, now: datetime) -> None:
    """Take back what `hit` counted at the same moment: the try was a good one, and only bad ones are to be slowed."""
    counted = Path(counter)
    with suppress(db.ConditionFailed, Busy):  # a good try must not fail because it could not be taken off
        db.update(_window(key, int(window.total_seconds()), now), [counted.add(-1)], counted > 0)


def _window(key: str, seconds: int, now: datetime) -> LimitItem:
    return LimitItem(f"LIMIT#{key}#{seconds}#{int(now.timestamp()) // seconds}")
