"""Sessions live on the server; the browser holds a random token, and storage only its keyed hash."""

from datetime import datetime, timedelta

from portal import ids, privacy
from portal.accounts import domain, repository
from portal.workflow import Actor


def token_hash(token: str) -> str:
    """Return the keyed hash under which a session is stored."""
    return privacy.secret_hash("session", token)


def start_session(*, actor: Actor, now: datetime, lifetime: timedelta) -> str:
    """Start a session that ends after `lifetime`, whatever the pauses, and return its token."""
    token = ids.new_secret()
    session = domain.Session(actor=actor, started_at=now, seen_at=now, ends_at=now + lifetime)
    repository.add_session(token_hash(token), session)
    return token


def load_session(*, token: str, now: datetime) -> Actor | None:
    """Return the person of a session in one read, or None when it ended.

    The pause is written down at most every ten minutes, and then the account is asked whether it still is what it was:
    so even a session that slipped past `end_sessions_of` (its index lags a moment behind) does not outlive that.
    """
    key = token_hash(token)
    session = repository.find_session(key)
    if session is None or session.ended(now):
        return None
    if session.wants_extension(now):
        username = domain.username_of(session.actor.id)
        if not repository.extend_session(key, username=username, version=session.version, now=now):
            return None
    return session.actor


def end_session(*, token: str) -> None:
    """Sign out: the token opens nothing any more, even where a copy of it was kept."""
    repository.delete_session(token_hash(token))


def end_sessions_of(*, person: str) -> int:
    """Sign a person out everywhere and return of how many places; `person` is the actor's id."""
    return repository.delete_sessions_of(person)
