"""Personal data at rest: keyed look-up hashes, field encryption bound to its record, and masks for pages."""

import base64
import os
from functools import cache
from typing import TYPE_CHECKING, Any

from portal import ids
from portal.config import Config
from portal.errors import PortalError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_VISIBLE = 4
_config: Config | None = None


class Unreadable(PortalError):
    """A field was encrypted for another record or with another key."""


def bind(config: Config) -> None:
    """Take the keys from a config. Called once by the app."""
    global _config  # noqa: PLW0603 - one set of keys a process, by design
    _config = config
    _cipher.cache_clear()


def _bound() -> Config:
    if _config is None:
        msg = "privacy.bind(config) has not been called"
        raise RuntimeError(msg)
    return _config


def phone_hash(phone: str) -> str:
    """Return the keyed hash by which a phone number is looked up; without the key it cannot be guessed back."""
    return ids.digest(_bound().lookup_key, f"phone:{phone}")


def secret_hash(purpose: str, secret: str) -> str:
    """Return the keyed hash under which a link's or cookie's secret is stored."""
    return ids.digest(_bound().lookup_key, f"{purpose}:{secret}")


def keyed_code(purpose: str, text: str, length: int) -> str:
    """Return a code that this deployment's key derives from a text, the same every time."""
    return ids.keyed_code(_bound().lookup_key, f"{purpose}:{text}", length)


def encrypt(text: str, context: str) -> str:
    """Encrypt a field for one record; `context` names the record, so a copy into another one is unreadable."""
    nonce = os.urandom(_NONCE_BYTES)
    return base64.b64encode(nonce + _cipher().encrypt(nonce, text.encode(), context.encode())).decode()


def decrypt(token: str, context: str) -> str:
    """Return what was encrypted for this record. Raises Unreadable."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - costs a cold start 60 ms; few pages need it

    raw = base64.b64decode(token)
    try:
        return _cipher().decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], context.encode()).decode()
    except InvalidTag:
        raise Unreadable from None


@cache
def _cipher() -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - see decrypt

    config = _bound()
    key = base64.b64decode(config.field_key)
    return AESGCM(_unwrap(key, config) if config.kms_field_key else key)


def _unwrap(wrapped: bytes, config: Config) -> bytes:
    import boto3  # noqa: PLC0415 - only where KMS holds the key

    kms: Any = boto3.client("kms", region_name=config.region)
    return bytes(kms.decrypt(CiphertextBlob=wrapped)["Plaintext"])


def mask_phone(phone: str) -> str:
    """Return `138****1234`."""
    return f"{phone[:3]}****{phone[-_VISIBLE:]}"


def mask_name(name: str) -> str:
    """Return `陈*` or `陈*兰`: what a public page may show of a name."""
    name = name.strip()
    return f"{name[:1]}*{name[-1]}" if len(name) > 2 else f"{name[:1]}*"
