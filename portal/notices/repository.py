"""Questions and writes about notices, in domain types."""

import json
from datetime import datetime
from typing import Any

from portal import db, privacy
from portal.notices import domain
from portal.notices.models import NoticeItem, instant, notice_key


def add_notice(notice: domain.Notice) -> bool:
    """Queue a notice; False when its key was queued before."""
    item = NoticeItem(
        notice_key(notice.key),
        state=notice.state,
        template=notice.template,
        recipient=notice.recipient,
        params=dict(notice.params),
        created_at=notice.created_at,
        due_queue=domain.QUEUED,
        due_at=instant(notice.created_at),
        expires_at=notice.created_at + domain.KEPT,
    )
    try:
        db.create(item)
    except db.ConditionFailed:
        return False
    return True


def list_due(*, now: datetime, limit: int) -> list[domain.Notice]:
    """Return notices that wait to be sent, the longest waiting first."""
    rows = NoticeItem.by_due.query(domain.QUEUED, NoticeItem.due_at <= instant(now), limit=limit)
    with db.errors():
        return [item.to_domain() for item in rows]


def claim_notice(notice: domain.Notice, *, now: datetime) -> bool:
    """Count a try and put the notice off; False when another delivery has claimed it."""
    item = NoticeItem(notice_key(notice.key))
    tries = notice.tries + 1
    actions: list[Any] = [
        NoticeItem.tries.set(tries),
        NoticeItem.due_at.set(instant(domain.next_try_at(tries=tries, now=now))),
    ]
    try:
        db.update(item, actions, (NoticeItem.tries == notice.tries) & (NoticeItem.state == domain.QUEUED))
    except db.ConditionFailed:
        return False
    return True


def settle_notice(key: str, *, state: str) -> None:
    """Take a notice out of the queue: it was sent, has no number, or was tried often enough."""
    actions: list[Any] = [NoticeItem.state.set(state), NoticeItem.due_queue.remove(), NoticeItem.due_at.remove()]
    db.update(NoticeItem(notice_key(key)), actions, NoticeItem.pk.exists())


def keep_message(message: domain.Message) -> None:
    """Put a message in the outbox, in the place of the notice that asked for it; number and parameters encrypted.

    Codes are forgotten soon.
    """
    kept = domain.CODE_KEPT if domain.is_secret(message.template) else domain.KEPT
    item = NoticeItem(
        notice_key(message.key),
        state=domain.SENT,
        template=message.template,
        recipient="",
        params={},
        created_at=message.sent_at,
        sealed=_seal(message),
        due_queue=domain.OUTBOX,
        due_at=instant(message.sent_at),
        expires_at=message.sent_at + kept,
    )
    with db.errors():
        item.save()


def list_outbox(*, limit: int) -> list[domain.Message]:
    """Return the newest messages of the outbox, newest first."""
    rows = NoticeItem.by_due.query(domain.OUTBOX, limit=limit, scan_index_forward=False)
    with db.errors():
        return [_opened(item) for item in rows]


def _seal(message: domain.Message) -> str:
    return privacy.encrypt(json.dumps([message.phone, dict(message.params)]), notice_key(message.key))


def _opened(item: NoticeItem) -> domain.Message:
    phone, params = json.loads(privacy.decrypt(item.sealed, item.pk))
    return domain.Message(
        key=item.pk.removeprefix("N#"), template=item.template, params=params, phone=phone, sent_at=item.created_at
    )
