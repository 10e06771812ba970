"""Stored staff accounts, sessions and one-time codes, and their keys."""

from datetime import timedelta
from typing import Any

from pynamodb.attributes import (
    JSONAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from portal import db, events
from portal.accounts import domain
from portal.workflow import Actor, Role

_DISTRICT = 6


class ScopeIndex(GlobalSecondaryIndex[Any]):
    """Staff by district, sorted by `<scope>#<username>`, so that every scope is one range of one partition."""

    class Meta:
        index_name = "scope"
        projection = AllProjection()

    scope_key = UnicodeAttribute(hash_key=True)
    scope_sort = UnicodeAttribute(range_key=True)


class StaffItem(events.DeedItem):
    """A member of staff, such as `STAFF#chen.lan` / `STAFF`, listed under `320105` / `320105902901#chen.lan`."""

    class Meta(db.Meta):
        table = "accounts"

    username = UnicodeAttribute()
    name = UnicodeAttribute()
    roles = JSONAttribute()
    scope = UnicodeAttribute()
    desks = JSONAttribute()
    password = UnicodeAttribute()
    password_until = UTCDateTimeAttribute(null=True)
    totp = UnicodeAttribute(null=True)
    totp_step = NumberAttribute(null=True)
    signed_in_at = UTCDateTimeAttribute(null=True)
    scope_key = UnicodeAttribute()
    scope_sort = UnicodeAttribute()
    by_scope = ScopeIndex()

    def to_domain(self) -> domain.Staff:
        """Return the person without the secrets."""
        return domain.Staff(
            username=self.username,
            name=self.name,
            roles=frozenset(Role(each) for each in self.roles),
            scope=self.scope,
            desks=tuple(self.desks),
            state=self.state,
            version=int(self.version),
            second_factor=self.totp is not None,
            password_until=self.password_until,
            signed_in_at=self.signed_in_at,
            history=tuple(self.history),
        )


class PersonIndex(GlobalSecondaryIndex[Any]):
    """Sessions of one person, such as `staff:chen.lan`."""

    class Meta:
        index_name = "person"
        projection = KeysOnlyProjection()

    person = UnicodeAttribute(hash_key=True)


class SessionItem(db.Item):
    """A session, such as `S#<keyed hash of the cookie>`, with the person as they were at sign-in; forgotten by TTL."""

    class Meta(db.Meta):
        table = "sessions"

    pk = UnicodeAttribute(hash_key=True)
    person = UnicodeAttribute()
    actor = JSONAttribute()
    started_at = UTCDateTimeAttribute()
    ends_at = UTCDateTimeAttribute()
    seen_at = UTCDateTimeAttribute()
    idle = NumberAttribute(null=True)
    version = NumberAttribute(default=0)
    expires_at = TTLAttribute()
    by_person = PersonIndex()

    def to_domain(self) -> domain.Session:
        """Return the session with its person."""
        return domain.Session(
            actor=Actor(
                **{
                    **self.actor,
                    "roles": frozenset(map(Role, self.actor["roles"])),
                    "desks": tuple(self.actor["desks"]),
                }
            ),
            started_at=self.started_at,
            ends_at=self.ends_at,
            seen_at=self.seen_at,
            idle=None if self.idle is None else timedelta(seconds=int(self.idle)),
            version=int(self.version),
        )


class CodeItem(db.Item):
    """A phone's one-time code, such as `CODE#<keyed hash of the phone>`: a keyed hash, the tries, the end."""

    class Meta(db.Meta):
        table = "sessions"

    pk = UnicodeAttribute(hash_key=True)
    secret = UnicodeAttribute()
    tries = NumberAttribute(default=0)
    expires_at = TTLAttribute()


def staff_key(username: str) -> tuple[str, str]:
    """Return an account's key."""
    return f"STAFF#{username}", "STAFF"


def scope_keys(scope: str, username: str = "") -> tuple[str, str]:
    """Return an account's index key; without a username, what every account of the scope begins with."""
    return scope[:_DISTRICT], f"{scope}#{username}" if username else scope


def session_key(token_hash: str) -> str:
    """Return a session's key."""
    return f"S#{token_hash}"


def code_key(phone_hash: str) -> str:
    """Return a one-time code's key."""
    return f"CODE#{phone_hash}"


def snapshot(actor: Actor) -> dict[str, Any]:
    """Return a person as a session keeps them."""
    return {
        "id": actor.id,
        "name": actor.name,
        "kind": actor.kind,
        "roles": sorted(actor.roles),
        "scope": actor.scope,
        "desks": list(actor.desks),
    }
