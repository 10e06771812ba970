"""The versions of this feature's numbers, read once from `rules.toml`."""

import tomllib
from functools import cache
from pathlib import Path

from portal.volunteers.domain import Rules


@cache
def versions() -> tuple[Rules, ...]:
    """Return every version that ships."""
    rows = tomllib.loads(Path(__file__).with_name("rules.toml").read_text("utf-8"))["volunteers"]
    return tuple(Rules(**row) for row in rows)
