"""Names for new things: random where they must not be guessed, derived where the same must come out twice."""

import hashlib
import hmac
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 characters that nobody confuses on paper: no 0 O 1 I L."""


def new_id(prefix: str = "") -> str:
    """Return a new random id of 12 characters (59 bits) behind a prefix."""
    return prefix + new_code(12)


def new_code(length: int) -> str:
    """Return so many random characters of the alphabet."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_secret() -> str:
    """Return a secret for a link or a cookie: 24 characters, 118 bits, so a plain keyed hash protects it."""
    return new_code(24)


def keyed_code(key: str, text: str, length: int) -> str:
    """Return the code a key gives a text: always the same, and nobody without the key can foretell it."""
    number = int.from_bytes(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest())
    code = ""
    for _ in range(length):
        number, digit = divmod(number, len(ALPHABET))
        code += ALPHABET[digit]
    return code


def digest(key: str, text: str) -> str:
    """Return the keyed SHA-256 of a text in hex: how secrets and look-up values are stored."""
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
