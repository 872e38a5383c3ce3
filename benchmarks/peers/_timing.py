"""Processor time of a call, for scripts of peers."""

import time
from collections.abc import Callable

__all__ = ["seconds"]


def seconds(function: Callable[[], object], repeats: int = 5) -> float:
    """The least of a few calls, after one that does not count."""
    function()
    found = []
    for _ in range(repeats):
        start = time.process_time()
        function()
        found.append(time.process_time() - start)
    return min(found)
