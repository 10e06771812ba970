"""The only reader of the clock. A demo or a test may move it; nothing else may."""

from datetime import UTC, datetime, timedelta

_offset = timedelta()


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC) + _offset


def move(offset: timedelta) -> None:
    """Set how far this process's clock runs ahead of the real one (local runs and tests only)."""
    global _offset  # noqa: PLW0603 - one clock a process, by design
    _offset = offset


def offset() -> timedelta:
    """Return how far the clock is moved."""
    return _offset
