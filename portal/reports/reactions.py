"""What reports do once an event of theirs has been handled by everyone else: keep the history short."""

from collections.abc import Callable, Mapping

from portal.events import Event
from portal.reports import domain, service

_LONG = 6
"""No history of fewer steps can pass 3 KB: the first long words come with the sixth, the handler's result."""


def page_history(event: Event) -> None:
    """Move the oldest steps of a long history to a page. Safe to repeat."""
    if event.seq >= _LONG:
        service.page_history(reference=str(event.deed["reference"]))


REACTIONS: Mapping[str, Callable[[Event], None]] = {move.event: page_history for move in domain.MOVES}
