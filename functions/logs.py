"""What the event functions log: names and keys, nothing personal."""

import logging

_log = logging.getLogger("yizhan")


def failed(what: str, key: str) -> None:
    """Say which piece of work failed and where it broke; the caller raises it again."""
    _log.exception("failed %s %s", what, key)
