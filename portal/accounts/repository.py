"""Questions and writes about accounts, sessions and one-time codes, in domain types."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal import db, events
from portal.accounts import domain
from portal.accounts.models import (
    CodeItem,
    SessionItem,
    StaffItem,
    code_key,
    scope_keys,
    session_key,
    snapshot,
    staff_key,
)
from portal.errors import Busy


@dataclass(frozen=True, kw_only=True)
class Login:
    """What the door needs to know of an account: the person and what proves them. Never leaves the service."""

    staff: domain.Staff
    password: str
    totp: str | None = None


def add_staff(staff: domain.Staff, *, password: str, entry: events.Entry) -> None:
    """Store a new account. Raises UsernameTaken."""
    district, sort = scope_keys(staff.scope, staff.username)
    item = StaffItem(
        *staff_key(staff.username),
        state=staff.state,
        history=[entry],
        username=staff.username,
        name=staff.name,
        roles=sorted(staff.roles),
        scope=staff.scope,
        desks=list(staff.desks),
        password=password,
        password_until=staff.password_until,
        scope_key=district,
        scope_sort=sort,
    )
    try:
        db.create(item)
    except db.ConditionFailed:
        raise domain.UsernameTaken from None


def find_login(username: str) -> Login | None:
    """Return an account with its secrets as they are this very moment, or None."""
    with db.errors():
        try:
            item = StaffItem.get(*staff_key(username), consistent_read=True)
        except StaffItem.DoesNotExist:
            return None
    return Login(staff=item.to_domain(), password=item.password, totp=item.totp)


def get_staff(username: str) -> domain.Staff:
    """Return a person. Raises NoSuchStaff."""
    login = find_login(username)
    if login is None:
        raise domain.NoSuchStaff
    return login.staff


def save_staff(staff: domain.Staff, *, state: str, entry: events.Entry, **changes: Any) -> domain.Staff:
    """Store one act on an account that nobody else has changed since; None removes a value. Raises StaffChanged."""
    item = StaffItem(*staff_key(staff.username))
    actions = item.move_actions(state, entry)
    if "scope" in changes:
        changes["scope_key"], changes["scope_sort"] = scope_keys(changes["scope"], staff.username)
    for name, value in changes.items():
        attribute = getattr(StaffItem, name)
        actions.append(attribute.remove() if value is None else attribute.set(value))
    try:
        db.update(item, actions, StaffItem.version == staff.version)
    except db.ConditionFailed:
        raise domain.StaffChanged from None
    return item.to_domain()


def list_staff(scope: str, *, limit: int, cursor: db.Cursor | None) -> db.Page[domain.Staff]:
    """Return the people of a scope and below it, by area and username."""
    district, begins = scope_keys(scope)
    rows = StaffItem.by_scope.query(
        district,
        StaffItem.scope_sort.startswith(begins),
        limit=limit + 1,
        last_evaluated_key=db.start_key(cursor),
    )
    found = db.page(rows, limit=limit, keys=("pk", "sk", "scope_key", "scope_sort"))
    return db.Page([item.to_domain() for item in found.items], found.cursor)


def add_session(token_hash: str, session: domain.Session) -> None:
    """Store a session."""
    with db.errors():
        _session_item(token_hash, session).save()


def add_staff_session(token_hash: str, session: domain.Session, *, username: str, step: int | None) -> bool:
    """Store a session and use up the second factor's step, if the account is still as it was read.

    False when the account has changed or the step was used meanwhile: two requests with one code cannot both enter.
    """
    account = StaffItem(*staff_key(username))
    actions: list[Any] = [StaffItem.signed_in_at.set(session.started_at)]
    condition = StaffItem.version == session.version
    if step is not None:
        actions.append(StaffItem.totp_step.set(step))
        condition &= StaffItem.totp_step.does_not_exist() | (StaffItem.totp_step < step)
    work = db.Transaction()
    work.update(account, actions, condition)
    work.put(_session_item(token_hash, session))
    try:
        work.commit()
    except db.ConditionFailed:
        return False
    return True


def _session_item(token_hash: str, session: domain.Session) -> SessionItem:
    return SessionItem(
        session_key(token_hash),
        person=session.actor.id,
        actor=snapshot(session.actor),
        started_at=session.started_at,
        ends_at=session.ends_at,
        seen_at=session.seen_at,
        idle=None if session.idle is None else int(session.idle.total_seconds()),
        version=session.version,
        expires_at=session.ends_at,
    )


def find_session(token_hash: str) -> domain.Session | None:
    """Return a session, or None. The read is consistent: a session that was ended is gone at once."""
    with db.errors():
        try:
            return SessionItem.get(session_key(token_hash), consistent_read=True).to_domain()
        except SessionItem.DoesNotExist:
            return None


def extend_session(token_hash: str, *, username: str, version: int, now: datetime) -> bool:
    """Note that a person is still there; False when the session or the account is no longer what it was."""
    work = db.Transaction()
    work.check(StaffItem, staff_key(username), StaffItem.version == version)
    work.update(SessionItem(session_key(token_hash)), [SessionItem.seen_at.set(now)], SessionItem.pk.exists())
    try:
        work.commit()
    except db.ConditionFailed:
        return False
    except Busy:  # two tabs at once: the other one has noted it, and the next request will ask again
        return True
    return True


def delete_session(token_hash: str) -> None:
    """Forget a session; one that is not there is forgotten already."""
    with db.errors():
        SessionItem(session_key(token_hash)).delete(add_version_condition=False)


def delete_sessions_of(person: str) -> int:
    """Forget every session of a person and return how many there were."""
    with db.errors():
        keys = [row.pk for row in SessionItem.by_person.query(person)]
        for key in keys:
            SessionItem(key).delete(add_version_condition=False)
    return len(keys)


def put_code(phone_hash: str, *, secret: str, expires_at: datetime) -> None:
    """Store a phone's one-time code; an older one is forgotten."""
    with db.errors():
        CodeItem(code_key(phone_hash), secret=secret, expires_at=expires_at).save()


def try_code(phone_hash: str, *, tries: int, now: datetime) -> str | None:
    """Count one try and return the code's hash, or None when there is no code, no time or no try left.

    The try is counted before anything is compared, so that many requests at once get no more tries than one.
    """
    item = CodeItem(code_key(phone_hash))
    try:
        db.update(item, [CodeItem.tries.add(1)], (CodeItem.tries < tries) & (CodeItem.expires_at > now))
    except db.ConditionFailed:
        return None
    return item.secret


def use_code(phone_hash: str, *, secret: str) -> bool:
    """Forget a code that was right; False when another request used it first."""
    try:
        with db.errors():
            CodeItem(code_key(phone_hash)).delete(CodeItem.secret == secret, add_version_condition=False)
    except db.ConditionFailed:
        return False
    return True
