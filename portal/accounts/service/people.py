"""What administrators do for their colleagues' accounts; every act ends that colleague's sessions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from portal import db, events, ids
from portal.accounts import domain, passwords, repository
from portal.accounts.service import sessions
from portal.errors import Refused
from portal.workflow import Actor, Role

PAGE = 50


def add_staff(
    *, actor: Actor, draft: domain.NewStaff, now: datetime, password: str | None = None
) -> tuple[domain.Staff, str]:
    """Add a member of staff and return them with their password.

    Without a password (only the command line and the seed give one) a temporary one is made, which must be changed at
    the first sign-in. Raises Refused, RolesClash, OutsideScope, WeakPassword, UsernameTaken.
    """
    if not actor.has(Role.COMMUNITY_ADMIN, Role.SYSTEM):
        raise Refused
    domain.check_username(username=draft.username)
    domain.check_roles(roles=draft.roles)
    domain.check_places(actor=actor, scope=draft.scope, desks=draft.desks)
    if password is not None:
        domain.check_password(password=password, username=draft.username)
    given = password or _temporary()
    staff = domain.Staff(
        username=draft.username,
        name=draft.name,
        roles=draft.roles,
        scope=draft.scope,
        desks=draft.desks,
        password_until=None if password else now + domain.TEMPORARY_PASSWORD,
    )
    entry = events.entry(seq=1, type="staff.added", actor=actor, at=now)
    repository.add_staff(staff, password=passwords.hash_password(given), entry=entry)
    return staff, given


def list_staff(*, actor: Actor, cursor: db.Cursor | None = None, limit: int = PAGE) -> db.Page[domain.Staff]:
    """Return the staff of the actor's scope, those who left included, by area and username."""
    return repository.list_staff(actor.scope, limit=limit, cursor=cursor)


def get_staff(*, actor: Actor, username: str) -> domain.Staff:
    """Return a colleague. Raises NoSuchStaff, also outside the actor's scope."""
    staff = repository.get_staff(domain.plain_username(username))
    if not domain.may_give(actor=actor, area=staff.scope):
        raise domain.NoSuchStaff
    return staff


def get_own(*, actor: Actor) -> domain.Staff:
    """Return the actor's own account."""
    return repository.get_staff(domain.username_of(actor.id))


def change_roles(
    *,
    actor: Actor,
    username: str,
    version: int,
    roles: frozenset[Role],
    scope: str,
    desks: Iterable[str],
    now: datetime,
) -> domain.Staff:
    """Give a colleague other roles, scope or desks. Raises RolesClash, OutsideScope, NotOneself, StaffChanged."""
    domain.check_roles(roles=roles)
    domain.check_places(actor=actor, scope=scope, desks=desks)
    changes = {"roles": sorted(roles), "desks": list(desks), "scope": scope}
    return _act("change_roles", actor=actor, username=username, version=version, now=now, changes=changes)


def reset_password(
    *, actor: Actor, username: str, now: datetime, version: int | None = None, password: str | None = None
) -> str:
    """Give a colleague a new temporary password and return it: shown once, to be changed at the next sign-in."""
    return _with_new_password(
        "reset_password", actor=actor, username=username, version=version, password=password, now=now
    )


def return_staff(*, actor: Actor, username: str, now: datetime, version: int | None = None) -> str:
    """Open the account of someone who came back and return a temporary password."""
    return _with_new_password("return", actor=actor, username=username, version=version, password=None, now=now)


def reset_second_factor(*, actor: Actor, username: str, now: datetime, version: int | None = None) -> domain.Staff:
    """Remove a colleague's lost second factor."""
    return _act("reset_second_factor", actor=actor, username=username, version=version, now=now, changes={"totp": None})


def leave(*, actor: Actor, username: str, now: datetime, version: int | None = None) -> domain.Staff:
    """Close a colleague's account; what they did keeps their name."""
    return _act("leave", actor=actor, username=username, version=version, now=now, changes={})


def _with_new_password(
    act: str, *, actor: Actor, username: str, version: int | None, password: str | None, now: datetime
) -> str:
    if password is not None:
        domain.check_password(password=password, username=username)
    given = password or _temporary()
    changes = {
        "password": passwords.hash_password(given),
        "password_until": None if password else now + domain.TEMPORARY_PASSWORD,
    }
    _act(act, actor=actor, username=username, version=version, now=now, changes=changes)
    return given


def _temporary() -> str:
    code = ids.new_code(12)
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def _act(
    name: str, *, actor: Actor, username: str, version: int | None, now: datetime, changes: dict[str, Any]
) -> domain.Staff:
    """Check an act, store it, and end the colleague's sessions. `version` is the one the page showed, if any."""
    staff = get_staff(actor=actor, username=username)
    move = domain.check_act(name=name, staff=staff, actor=actor)
    if version is not None and version != staff.version:
        raise domain.StaffChanged
    entry = events.entry(seq=staff.version + 1, type=move.event, actor=actor, at=now)
    changed = repository.save_staff(staff, state=move.target, entry=entry, **changes)
    sessions.end_sessions_of(person=domain.person_id(staff.username))
    return changed
