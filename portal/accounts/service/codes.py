"""One-time codes for signing in by phone. Whoever calls limits how often a code may be asked for."""

import hmac
import secrets
from datetime import datetime

from portal import privacy
from portal.accounts import domain, repository


def issue_code(*, phone_hash: str, now: datetime) -> str:
    """Return a new six-digit code, valid for five minutes and five tries; an older one no longer counts."""
    code = f"{secrets.randbelow(10**6):06d}"
    repository.put_code(phone_hash, secret=_hash(phone_hash, code), expires_at=now + domain.CODE_LIFETIME)
    return code


def check_code(*, phone_hash: str, code: str, now: datetime) -> None:
    """Use up a phone's code. Raises CodeRefused when it is wrong, used, too old, or was tried too often."""
    stored = repository.try_code(phone_hash, tries=domain.CODE_TRIES, now=now)
    right = stored is not None and hmac.compare_digest(stored, _hash(phone_hash, code))
    if not right or stored is None or not repository.use_code(phone_hash, secret=stored):
        raise domain.CodeRefused


def _hash(phone_hash: str, code: str) -> str:
    return privacy.secret_hash("code", f"{phone_hash}:{code}")
