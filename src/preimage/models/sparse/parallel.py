"""Pieces of work side by side."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import torch
from torch import Tensor

__all__ = ["Each", "side_by_side"]

Each = Callable[[Callable[[int], Tensor], Iterable[int]], Iterable[Tensor]]
"""``map`` or like it."""


@contextmanager
def side_by_side(device: torch.device) -> Iterator[Each]:
    """``map`` for pieces that do not touch each other; without gradients on a CPU, one on each of PyTorch's threads.

    Where the operations of a piece are small, that is faster than all threads in one operation at a time, which wait
    for each other after each: much faster where a core has other work as well.
    """
    count = torch.get_num_threads()
    if count == 1 or device.type != "cpu" or torch.is_grad_enabled():
        yield map
        return
    # The number is one for each thread, and the last that was set is that of threads to come.
    torch.set_num_threads(1)
    try:
        with ThreadPoolExecutor(count, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            yield lambda function, pieces: pool.map(torch.no_grad()(function), pieces)
    finally:
        torch.set_num_threads(count)
