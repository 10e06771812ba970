"""Questions about rounds, frozen scores and honours, and writes of them, in domain terms."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from portal import db, events
from portal.awards import domain
from portal.awards.models import (
    DUE_QUEUE,
    HonourItem,
    RoundItem,
    ScoreItem,
    honours_pk,
    round_sk,
    rounds_pk,
    scores_pk,
)
from portal.period import Month

Row = dict[str, Any]
_MONTHS_SHOWN = 6
_AT_ONCE = 100  # what one transaction holds; a batch write would need the right to delete


def find_round(*, community: str, month: Month, kind: str = domain.STAR) -> domain.Round | None:
    """Return a month's round, or None when nobody opened it."""
    try:
        with db.errors():
            item = RoundItem.get(rounds_pk(community), round_sk(month, kind), consistent_read=True)
    except RoundItem.DoesNotExist:
        return None
    return item.to_domain()


def list_rounds(*, community: str, since: Month, until: Month) -> list[domain.Round]:
    """Return the rounds of some months, both included, the newest first."""
    within = RoundItem.sk.between(round_sk(since), round_sk(until.next()))
    with db.errors():
        return [item.to_domain() for item in RoundItem.query(rounds_pk(community), within, scan_index_forward=False)]


def list_shown(*, community: str, now: datetime) -> list[domain.Round]:
    """Return what the board shows: rounds of the last six months that are publicised or published."""
    this = Month.of(now)
    found = list_rounds(community=community, since=this.plus(-_MONTHS_SHOWN), until=this)
    return [each for each in found if each.state in {domain.State.PUBLICISED, domain.State.PUBLISHED}]


def list_due(*, now: datetime) -> list[tuple[str, Month]]:
    """Return community and month of the rounds whose publicity is over; costs what is due, not what exists."""
    with db.errors():
        keys = list(RoundItem.by_due.query(DUE_QUEUE, RoundItem.due_at <= now.isoformat()))
    return [(item.pk.partition("#")[2], Month.parse(item.sk.split("#")[1])) for item in keys]


def add_round(*, opened: domain.Round, rows: Iterable[Row], entry: events.Entry) -> None:
    """Freeze the scores, then open the round over them. Raises AlreadyOpen.

    Frozen scores are named by their digest, so whoever loses the race leaves the winner's untouched.
    """
    key = scores_pk(opened.community, opened.month, opened.kind, opened.digest)
    frozen = [ScoreItem(key, f"V#{row['volunteer']}", row=row) for row in rows]
    for start in range(0, len(frozen), _AT_ONCE):
        work = db.Transaction()
        for item in frozen[start : start + _AT_ONCE]:
            work.put(item)
        work.commit()
    try:
        db.create(RoundItem.of(opened, entry))
    except db.ConditionFailed:
        raise domain.AlreadyOpen from None


def list_scores(*, of: domain.Round) -> list[Row]:
    """Return the scores a round froze, by volunteer."""
    with db.errors():
        return [dict(item.row) for item in ScoreItem.query(scores_pk(of.community, of.month, of.kind, of.digest))]


def find_score(*, of: domain.Round, volunteer: str) -> Row | None:
    """Return one volunteer's frozen score, or None."""
    try:
        with db.errors():
            item = ScoreItem.get(scores_pk(of.community, of.month, of.kind, of.digest), f"V#{volunteer}")
    except ScoreItem.DoesNotExist:
        return None
    return dict(item.row)


def save_move(
    *, moved: domain.Round, expected: int, entry: events.Entry, honours: Iterable[domain.Honour] = ()
) -> domain.Round:
    """Store a move with the honours it gives, all or nothing. Raises Conflict when the round changed meanwhile."""
    item = RoundItem(rounds_pk(moved.community), round_sk(moved.month, moved.kind))
    work = db.Transaction()
    work.update(item, item.changes(moved, entry), RoundItem.version == expected, "round")
    for honour in honours:
        work.put(HonourItem.of(honour), HonourItem.pk.does_not_exist(), "honour")
    work.commit()
    found = find_round(community=moved.community, month=moved.month, kind=moved.kind)
    if found is None:
        raise domain.RoundNotFound
    return found


def save_names(*, renamed: domain.Round) -> None:
    """Store who is named, without a move: the round's state is as it was. Raises Conflict."""
    item = RoundItem(rounds_pk(renamed.community), round_sk(renamed.month, renamed.kind))
    db.update(item, item.naming(renamed), RoundItem.version == renamed.version)


def list_honours(*, volunteer: str) -> list[domain.Honour]:
    """Return a volunteer's honours, the newest first."""
    with db.errors():
        return [item.to_domain() for item in HonourItem.query(honours_pk(volunteer), scan_index_forward=False)]
