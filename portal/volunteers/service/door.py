"""A volunteer signs in with a one-time code."""

from datetime import datetime, timedelta

from portal import limits, period, privacy
from portal.accounts import domain as doors
from portal.accounts import service as accounts
from portal.notices import service as notices
from portal.volunteers import domain, repository, rules
from portal.workflow import Actor, Role

SESSION = timedelta(days=30)
"""How long a volunteer stays signed in on their own phone."""


def as_actor(*, volunteer: domain.Volunteer) -> Actor:
    """Return this volunteer as one who acts; their scope is the community they belong to."""
    return Actor(
        id=volunteer.id,
        name=volunteer.name,
        kind="volunteer",
        roles=frozenset({Role.VOLUNTEER}),
        scope=volunteer.community,
    )


def request_code(*, phone: str, address: str, now: datetime) -> None:
    """Send a one-time code to a volunteer's phone. Strangers' numbers take the same path and get no message.

    Raises TooMany, by phone and by address.
    """
    numbers = _numbers(now)
    window = timedelta(minutes=numbers.codes_window_minutes)
    _limit("code-by-address", address, numbers.codes_per_address, window, now=now)
    _limit("code-by-phone", phone, numbers.codes_per_phone, window, now=now)
    code = accounts.issue_code(phone_hash=privacy.phone_hash(phone), now=now)
    volunteer = repository.find_by_phone(phone)
    if volunteer and volunteer.state not in domain.GONE:
        notices.send_code(phone=phone, code=code, now=now)


def sign_in(*, phone: str, code: str, address: str, now: datetime) -> str:
    """Return a session token for the right code. Raises CodeRefused, and TooMany by address."""
    numbers = _numbers(now)
    window = timedelta(minutes=numbers.codes_window_minutes)
    _limit("sign-in", address, numbers.tries_per_address, window, now=now)
    accounts.check_code(phone_hash=privacy.phone_hash(phone), code=code, now=now)
    volunteer = repository.find_by_phone(phone)
    if not volunteer or volunteer.state in domain.GONE:
        raise doors.CodeRefused
    return accounts.start_session(actor=as_actor(volunteer=volunteer), now=now, lifetime=SESSION)


def _numbers(now: datetime) -> domain.Rules:
    return domain.rules_for(versions=rules.versions(), area="", on=period.local_day(now))


def _limit(name: str, what: str, most: int, window: timedelta, *, now: datetime) -> None:
    limits.hit(key=f"{name}#{privacy.secret_hash(name, what)[:32]}", caps={"tries": most}, window=window, now=now)
