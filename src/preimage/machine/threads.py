"""Threads: how many PyTorch uses, and pieces of work side by side."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Protocol, TypeVar

import torch

__all__ = ["Each", "side_by_side", "use_threads"]

A = TypeVar("A")
B = TypeVar("B")


class Each(Protocol):
    """``map`` or like it."""

    def __call__(self, function: Callable[[A], B], pieces: Iterable[A], /) -> Iterable[B]:
        """``function`` of each piece, in order."""
        ...


@contextmanager
def use_threads(wanted: int | None) -> Iterator[int]:
    """Compute on ``wanted`` CPU threads, or on as many as before; yields how many.

    A result repeats to the bit on the same number of threads only, because sums in another order are rounded otherwise.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(before if wanted is None else wanted)
    try:
        yield torch.get_num_threads()
    finally:
        torch.set_num_threads(before)


@contextmanager
def side_by_side(device: torch.device, pieces: int | None = None) -> Iterator[Each]:
    """``map`` for pieces that do not touch each other; on a CPU, the threads of PyTorch are shared out among them.

    Where the operations of a piece are small, that is faster than all threads in one operation at a time, which wait
    for each other after each: much faster where a core has other work as well.

    Args:
        pieces: how many there are at least at a time; as many as there are threads by default.
    """
    count = torch.get_num_threads()
    workers = min(count, count if pieces is None else pieces)
    if workers <= 1 or device.type != "cpu":
        yield map
        return
    has_gradients = torch.is_grad_enabled()

    def call(function: Callable[[A], B], piece: A) -> B:
        with torch.set_grad_enabled(has_gradients):  # which every thread has for itself
            return function(piece)

    # So is the number, and the last that was set is that of threads to come.
    torch.set_num_threads(1)
    try:
        with ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(count // workers,)) as pool:
            yield lambda function, pieces: pool.map(partial(call, function), pieces)
    finally:
        torch.set_num_threads(count)
