"""A simulated calendar: what people would have done, done in order of time through the very services the pages use."""

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime

Act = Callable[[datetime], None]


class Story:
    """Acts wait for their moment; those past `now` stay undone, so that open work is left as it would be."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._acts: list[tuple[datetime, int, Act]] = []
        self._order = itertools.count()

    def at(self, moment: datetime, act: Act) -> None:
        """Let something happen at a moment, unless it lies in the future."""
        if moment <= self.now:
            heapq.heappush(self._acts, (moment, next(self._order), act))

    def tell(self, each: Callable[[datetime], None]) -> None:
        """Let everything happen, earliest first; `each` hears of every moment before it comes."""
        while self._acts:
            moment, _, act = heapq.heappop(self._acts)
            each(moment)
            act(moment)
