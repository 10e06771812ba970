"""Sending: codes at once, everything else from a queue that survives a carrier's bad day."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from portal import ids
from portal.notices import domain, repository
from portal.notices.service import channels

log = logging.getLogger(__name__)

LookUp = Callable[[str], str | None]
"""Returns the phone number of a recipient, or None when they have none (any more)."""

_BATCH = 50


def send_code(*, phone: str, code: str, now: datetime) -> None:
    """Send a one-time code at once. Raises NotSent, and the person may ask again."""
    params = domain.check_params(template="sign_in_code", params={"code": code})
    key = ids.new_id("code/")
    channels.channel.send(domain.Message(key=key, template="sign_in_code", params=params, phone=phone, sent_at=now))
    log.info("sent sign_in_code by %s, %s", channels.channel.name, key)


def queue_notice(*, template: str, recipient: str, params: Mapping[str, str], key: str, now: datetime) -> bool:
    """Queue a notice under the key of what caused it; False when it was queued before, so a repeat sends nothing.

    `recipient` names whom, such as `volunteer/<community>/<id>` or `report/<reference>`; it is no phone number.
    """
    fitting = domain.check_params(template=template, params=params)
    if domain.is_secret(template):
        raise domain.BadNotice
    notice = domain.Notice(key=key, template=template, recipient=recipient, params=fitting, created_at=now)
    return repository.add_notice(notice)


def deliver_due(*, now: datetime, look_up: LookUp, limit: int = _BATCH) -> int:
    """Send what is due, each to the number its recipient has now, and return how many went out."""
    due = repository.list_due(now=now, limit=limit)
    return sum(_deliver(notice, now, look_up) for notice in due if repository.claim_notice(notice, now=now))


def _deliver(notice: domain.Notice, now: datetime, look_up: LookUp) -> int:
    phone = look_up(notice.recipient)
    if phone is None:
        repository.settle_notice(notice.key, state=domain.UNREACHABLE)
        return 0
    message = domain.Message(key=notice.key, template=notice.template, params=notice.params, phone=phone, sent_at=now)
    try:
        channels.channel.send(message)
    except domain.NotSent:
        log.warning("not sent, try %d of %s", notice.tries + 1, notice.key)
        if notice.tries + 1 >= domain.MOST_TRIES:
            repository.settle_notice(notice.key, state=domain.FAILED)
        return 0
    if channels.channel.name != domain.OUTBOX:
        repository.settle_notice(notice.key, state=domain.SENT)
    return 1


def list_outbox(*, limit: int = _BATCH) -> list[domain.Message]:
    """Return what would have been sent, newest first. Raises OutboxClosed outside local runs."""
    if not channels.readable:
        raise domain.OutboxClosed
    return repository.list_outbox(limit=limit)
