"""What the event functions log: names, keys and places, nothing personal."""

import logging
import sys

_log = logging.getLogger("yizhan")


def failed(what: str, key: str) -> None:
    """Say which piece of work failed and where it broke, without the error's words: they may hold a person's data."""
    error = sys.exception()
    name = type(error).__name__
    bare = Exception(name).with_traceback(error.__traceback__ if error else None)
    _log.error("failed %s %s: %s", what, key, name, exc_info=bare)
