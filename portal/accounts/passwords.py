"""Passwords as scrypt hashes and second factors as time-based codes; both compare in constant time."""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from datetime import datetime

import pyotp

COST = (2**14, 8, 5)
"""scrypt's n, r, p: 16 MB and about 0.2 s, one of the equal-strength choices of OWASP's password storage sheet."""

_SALT_BYTES = 16
_MEMORY = 64 * 1024 * 1024
_STEP = 30


def hash_password(password: str) -> str:
    """Return `scrypt$<n>$<r>$<p>$<salt>$<hash>`: the parameters travel with it, so that they may grow later."""
    return _stored(password, COST, secrets.token_bytes(_SALT_BYTES))


def verify_password(password: str, stored: str | None) -> bool:
    """Tell whether a password is right. Without a stored hash it takes the same time and is wrong."""
    expected = stored or _written(COST, bytes(_SALT_BYTES), b"")
    _, n, r, p, salt, _ = expected.split("$")
    given = _stored(password, (int(n), int(r), int(p)), base64.b64decode(salt))
    return hmac.compare_digest(given, expected) and stored is not None


def _stored(password: str, cost: tuple[int, int, int], salt: bytes) -> str:
    n, r, p = cost
    text = unicodedata.normalize("NFKC", password).encode()
    return _written(cost, salt, hashlib.scrypt(text, salt=salt, n=n, r=r, p=p, maxmem=_MEMORY))


def _written(cost: tuple[int, int, int], salt: bytes, digest: bytes) -> str:
    return "$".join(["scrypt", *map(str, cost), base64.b64encode(salt).decode(), base64.b64encode(digest).decode()])


def new_secret() -> str:
    """Return a new secret for an authenticator app, 160 bits in base32."""
    return pyotp.random_base32()


def enrolment_link(secret: str, *, username: str, issuer: str) -> str:
    """Return the `otpauth://` link an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def matched_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the 30-second step a code belongs to (this one or a neighbour), or None. A step may be used once."""
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // _STEP
    steps = [step for step in (present - 1, present, present + 1) if _same(totp.generate_otp(step), code)]
    return steps[-1] if steps else None


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())
