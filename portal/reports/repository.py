"""Questions and writes about reports, in domain types."""

import json
from dataclasses import replace
from datetime import datetime

from portal import db
from portal.period import Month
from portal.reports import domain, models

PAGE = 50
QUEUES = models.QUEUES
_KEPT_BYTES = 1536
_FULL_BYTES = 3072
_DESK_KEYS = ("pk", "sk", "desk", "due_at")
_MINE_KEYS = ("pk", "sk", "volunteer_key", "submitted_at")


def find_report(reference: str) -> domain.Report | None:
    """Return a report as it is now, with the history still inside its item."""
    with db.errors():
        try:
            found = models.ReportItem.get(models.report_key(reference), models.REPORT, consistent_read=True)
        except models.ReportItem.DoesNotExist:
            return None
    return models.report(found)


def find_whole(reference: str, *, consistent: bool = False) -> domain.Report | None:
    """Return a report with all its history, in one round trip however many pages it has."""
    key = models.report_key(reference)
    with db.errors():
        rows = list(models.ReportItem.query(key, consistent_read=consistent))
    heads = [each for each in rows if each.sk == models.REPORT]
    pages = [each for each in rows if each.sk != models.REPORT]
    return models.report(heads[0], pages) if heads else None


def add_report(report: domain.Report) -> None:
    """Store a new report. Raises db.ConditionFailed when its reference is taken."""
    db.create(models.item(report))


def save_move(*, before: domain.Report, after: domain.Report) -> domain.Report:
    """Store a move under the version it was decided on. Raises Stale with the report as it is now.

    An answer lost after the commit makes the client try again and fail its own condition; so a refusal is read back.
    """
    old, new = models.stored(before), models.stored(after)
    step = models.line(after.history[-1])
    item = models.ReportItem(models.report_key(before.reference), models.REPORT)
    actions = item.move_actions(after.state.value, step)
    for name in sorted(old.keys() | new.keys()):
        attribute = getattr(models.ReportItem, name)
        if name not in new:
            actions.append(attribute.remove())
        elif new[name] != old.get(name):
            actions.append(attribute.set(new[name]))
    try:
        db.update(item, actions, models.ReportItem.version == before.version)
    except db.ConditionFailed:
        now = find_report(before.reference)
        if now is None:
            raise domain.UnknownReport from None
        if any(models.line(each) == step for each in now.history):
            return now
        raise domain.Stale(now) from None
    return after


def list_desk(*, desk: str, cursor: db.Cursor | None = None, limit: int = PAGE) -> db.Page[domain.Row]:
    """Return a page of a desk's open reports, the one with the least time left first."""
    rows = models.ReportItem.by_desk.query(
        desk, limit=limit + 1, page_size=limit + 1, last_evaluated_key=db.start_key(cursor)
    )
    return _rows(db.page(rows, limit=limit, keys=_DESK_KEYS))


def list_mine(*, volunteer: str, cursor: db.Cursor | None = None, limit: int = PAGE) -> db.Page[domain.Row]:
    """Return a page of a volunteer's own reports, the newest first."""
    rows = models.ReportItem.by_volunteer.query(
        volunteer,
        limit=limit + 1,
        page_size=limit + 1,
        scan_index_forward=False,
        last_evaluated_key=db.start_key(cursor),
    )
    return _rows(db.page(rows, limit=limit, keys=_MINE_KEYS))


def _rows(page: db.Page[models.ReportItem]) -> db.Page[domain.Row]:
    return db.Page([models.row(each) for each in page.items], page.cursor)


def list_solved(*, community: str, month: Month) -> list[domain.Solved]:
    """Return what a community solved in a month, the newest first, in the board's own few words."""
    with db.errors():
        rows = models.ReportItem.by_board.query(models.board_key(community, month), scan_index_forward=False)
        return [
            domain.Solved(
                category=each.category,
                subcategory=each.subcategory,
                place=each.station_name or "",
                month=str(month),
                rating=int(each.rating or 0),
            )
            for each in rows
        ]


def list_due(*, queue: str, now: datetime, limit: int = PAGE) -> list[str]:
    """Return references whose time ran out, the longest waiting first."""
    with db.errors():
        rows = models.ReportItem.by_due.query(
            queue, models.DueIndex.due_at <= models.text(now), limit=limit, page_size=limit
        )
        return [each.pk.removeprefix("R#") for each in rows]


def page_history(report: domain.Report) -> bool:
    """Move the oldest steps of a long history to a sibling page; tell whether there was anything to move.

    One transaction: the page must be new and the report must not have moved, so a step is never lost or doubled.
    """
    sizes = [len(json.dumps(models.line(step), ensure_ascii=False).encode()) for step in report.history]
    if sum(sizes) <= _FULL_BYTES:
        return False
    moved = next(count for count in range(len(sizes)) if sum(sizes[count:]) <= _KEPT_BYTES or count == len(sizes) - 1)
    number = report.pages + 1
    key = models.report_key(report.reference)
    page = models.PageItem(key, models.page_key(number), steps=[models.line(step) for step in report.history[:moved]])
    kept = replace(report, history=report.history[moved:], pages=number)
    item = models.ReportItem
    work = db.Transaction()
    work.put(page, models.PageItem.pk.does_not_exist())
    work.update(
        item(key, models.REPORT),
        [item.history.set([models.line(step) for step in kept.history]), item.pages.set(number)],
        item.version == report.version,
    )
    try:
        work.commit()
    except db.ConditionFailed:
        return False  # it moved meanwhile: that move's own event comes here again
    return True
