"""The line in which work waits for a place on the processor."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from preimage._worker import Worker

__all__ = ["Line"]

_PATIENCE = 0.1


class Line(Worker):
    """At most ``places`` pieces of work at once; of those that wait, first those of whom fewest are at work.

    Args:
        places: how many are done at once.
    """

    def __init__(self, places: int) -> None:
        self.places = places
        self.changed = threading.Condition()
        self.waiting: list[tuple[int, str]] = []
        self.working: list[str] = []
        self.count = 0

    @contextmanager
    def place(self, visitor: str, is_cancelled: Callable[[], bool]) -> Iterator[int]:
        """Wait for a place; yields among how many the processor is shared, 0 where the work was cancelled first."""
        with self.changed:
            self.count += 1
            ticket = (self.count, visitor)
            self.waiting.append(ticket)
            while not is_cancelled() and not self._is_next(ticket):
                self.changed.wait(_PATIENCE)
            shared = 0 if is_cancelled() else min(self.places, len(self.working) + len(self.waiting))
            self.waiting.remove(ticket)
            if shared:
                self.working.append(visitor)
        try:
            yield shared
        finally:
            with self.changed:
                if shared:
                    self.working.remove(visitor)
                self.changed.notify_all()

    def _is_next(self, ticket: tuple[int, str]) -> bool:
        if len(self.working) >= self.places:
            return False
        at_work = Counter(self.working)
        return min(self.waiting, key=lambda other: (at_work[other[1]], other[0])) == ticket
