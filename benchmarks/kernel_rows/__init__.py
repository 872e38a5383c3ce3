"""What ``benchmarks/kernels.py`` times: every module of this folder has a list ``ROWS`` of :class:`Row`."""

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Row"]


@dataclass(frozen=True)
class Row:
    """A piece of work that old and new code do alike.

    Args:
        name: what is done, and on what.
        target: the most that it may take, as a share of what it took before.
        prepare: makes everything that is not timed, and returns the call that is. It imports preimage itself, by names
            that both codes know; where a name has changed, by either.
        seconds: how long it is timed at most, by each code.
    """

    name: str
    target: float
    prepare: Callable[[], Callable[[], object]]
    seconds: float = 2.0
