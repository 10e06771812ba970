"""The staff door: password and second factor in, a session out."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from portal import events, ids, limits, privacy
from portal.accounts import domain, passwords, repository
from portal.accounts.service import sessions
from portal.workflow import Actor

log = logging.getLogger(__name__)

WINDOW = timedelta(minutes=10)
TRIES_OF_ACCOUNT = 10
TRIES_OF_ADDRESS = 60  # a whole office shares one address


def sign_in(
    *, username: str, password: str, code: str, address: str, now: datetime, totp_required: bool = False
) -> tuple[str, Actor]:
    """Return a session token and its person. Raises SignInRefused, TooMany.

    Someone who still has to choose a password, or a second factor where one is required, enters without roles: such a
    session opens nothing but the page where they do that.
    """
    username = domain.plain_username(username)
    _count(username, address, now)
    login = repository.find_login(username)
    # Unknown names, closed accounts and wrong passwords all take the time of one comparison.
    right = passwords.verify_password(password, login.password if login else None)
    if login is None or not right or not _may_enter(login.staff, now):
        raise _refused(username)
    step = None
    if login.totp is not None:
        step = passwords.matched_step(privacy.decrypt(login.totp, _context(username)), code, now)
        if step is None:
            raise _refused(username)
    entered = _enter(login.staff, step=step, now=now, totp_required=totp_required)
    if entered is None:
        raise _refused(username)
    _forgive(username, address, now)
    log.info("sign-in accepted, account %s", _account(username))
    return entered


def _may_enter(staff: domain.Staff, now: datetime) -> bool:
    return staff.state == domain.ACTIVE and (staff.password_until is None or now < staff.password_until)


def _refused(username: str) -> domain.SignInRefused:
    log.warning("sign-in refused, account %s", _account(username))
    return domain.SignInRefused()


def _count(username: str, address: str, now: datetime) -> None:
    """Count a try from the address and at the account, before anything is compared."""
    for key, most in _counters(username, address).items():
        limits.hit(key=key, caps={"tries": most}, window=WINDOW, now=now)


def _forgive(username: str, address: str, now: datetime) -> None:
    """Take a good try off the count, so that only wrong ones are slowed; to get here takes the right answer."""
    for key in _counters(username, address):
        limits.forgive(key=key, counter="tries", window=WINDOW, now=now)


def _counters(username: str, address: str) -> dict[str, int]:
    place = privacy.secret_hash("address", address)[:16]
    return {f"staff-from#{place}": TRIES_OF_ADDRESS, f"staff#{_account(username)}": TRIES_OF_ACCOUNT}


def _account(username: str) -> str:
    """Name an account in logs and counters, where a mistyped name may be a password."""
    return privacy.secret_hash("username", username)[:16]


def _context(username: str) -> str:
    return f"totp:{username}"


def _enter(staff: domain.Staff, *, step: int | None, now: datetime, totp_required: bool) -> tuple[str, Actor] | None:
    token = ids.new_secret()
    actor = staff.entering(totp_required=totp_required)
    session = domain.Session(
        actor=actor,
        started_at=now,
        seen_at=now,
        ends_at=now + domain.STAFF_SESSION,
        idle=domain.STAFF_IDLE,
        version=staff.version,
    )
    stored = repository.add_staff_session(sessions.token_hash(token), session, username=staff.username, step=step)
    return (token, actor) if stored else None


def change_password(
    *, actor: Actor, password: str, new_password: str, address: str, now: datetime, totp_required: bool = False
) -> tuple[str, Actor]:
    """Change one's own password; every session ends, a new one begins. Raises SignInRefused, WeakPassword, TooMany."""
    username = domain.username_of(actor.id)
    _count(username, address, now)
    login = repository.find_login(username)
    if not passwords.verify_password(password, login.password if login else None) or login is None:
        raise domain.SignInRefused
    _forgive(username, address, now)
    domain.check_password(password=new_password, username=username, old=password)
    changes = {"password": passwords.hash_password(new_password), "password_until": None}
    return _renew(login.staff, actor, "staff.changed_password", changes, now=now, totp_required=totp_required)


def new_enrolment(*, actor: Actor, issuer: str, secret: str = "") -> tuple[str, str]:
    """Return a secret for an authenticator app (a new one unless given) and the link a QR carries."""
    secret = secret or passwords.new_secret()
    return secret, passwords.enrolment_link(secret, username=domain.username_of(actor.id), issuer=issuer)


def enrol_second_factor(
    *, actor: Actor, secret: str, code: str, now: datetime, totp_required: bool = False
) -> tuple[str, Actor]:
    """Keep a second factor once a code proves that the app has it. Raises WrongSecondFactor, StaffChanged.

    Someone who has one already needs a colleague to reset it, so that a borrowed session cannot replace it.
    """
    username = domain.username_of(actor.id)
    staff = repository.get_staff(username)
    if staff.second_factor:
        raise domain.StaffChanged
    step = passwords.matched_step(secret, code, now)
    if step is None:
        raise domain.WrongSecondFactor(fields={"code": domain.WrongSecondFactor.says})
    changes = {"totp": privacy.encrypt(secret, _context(username)), "totp_step": step}
    return _renew(staff, actor, "staff.enrolled", changes, now=now, totp_required=totp_required)


def _renew(
    staff: domain.Staff,
    actor: Actor,
    event: str,
    changes: Mapping[str, object],
    *,
    now: datetime,
    totp_required: bool,
) -> tuple[str, Actor]:
    entry = events.entry(seq=staff.version + 1, type=event, actor=actor, at=now)
    changed = repository.save_staff(staff, state=staff.state, entry=entry, **changes)
    sessions.end_sessions_of(person=actor.id)
    entered = _enter(changed, step=None, now=now, totp_required=totp_required)
    if entered is None:
        raise domain.StaffChanged
    return entered
