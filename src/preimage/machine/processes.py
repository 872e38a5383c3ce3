"""Several processes that train one network together, started by ``torchrun``; alone, everything here does nothing."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from preimage.errors import ArgumentError

__all__ = ["any_of", "count", "from_first", "join", "mean", "parallel", "rank", "share"]

T = TypeVar("T")


@contextmanager
def join(device: str = "cpu") -> Iterator[str]:
    """Join the processes that ``torchrun`` started, through gloo on the CPU and NCCL on GPUs.

    Yields:
        the device of this process: ``device``, with the number of the GPU where there are several processes.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1 or dist.is_initialized():
        yield device
        return
    if device == "cuda":
        device = f"cuda:{os.environ['LOCAL_RANK']}"
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if device.startswith("cuda") else "gloo")
    try:
        yield device
        dist.barrier()  # one that leaves early takes the others' connections with it
    finally:
        gc.collect()  # a parallel module in a cycle of references would hold the group until the interpreter is gone
        dist.destroy_process_group()


def count() -> int:
    """How many processes train together."""
    return dist.get_world_size() if _together() else 1


def rank() -> int:
    """The number of this process, also before and after they are joined; only number 0 writes and prints."""
    return dist.get_rank() if _together() else int(os.environ.get("RANK", "0"))


def share(total: int) -> slice:
    """The crops of a batch of ``total`` that are this process's, so that all of them make the batch of one process.

    Raises:
        ArgumentError: they cannot be shared equally, and the mean of the shares' means would not be the batch's.
    """
    if total % count():
        raise ArgumentError(
            f"`batch` must be a multiple of the {count()} processes, got {total}; start another number of them."
        )
    size = total // count()
    return slice(rank() * size, (rank() + 1) * size)


def parallel(module: nn.Module) -> nn.Module:
    """``module``, or the same with gradients averaged over the processes at every ``backward``."""
    return DistributedDataParallel(module, static_graph=True) if count() > 1 else module


def mean(value: float, network: nn.Module) -> float:
    """The mean over the processes, the same number in each; it travels through the device of ``network``."""
    if count() == 1:
        return value
    tensor = torch.tensor(value, dtype=torch.float64, device=next(network.parameters()).device)
    dist.all_reduce(tensor)
    return tensor.item() / count()


def any_of(flag: bool, network: nn.Module) -> bool:
    """Whether ``flag`` is true in any process."""
    return mean(float(flag), network) > 0


def from_first(value: T) -> T:
    """The ``value`` of the first process, which must be one that pickle takes."""
    if count() == 1:
        return value
    held = [value]
    dist.broadcast_object_list(held)
    return held[0]


def _together() -> bool:
    return dist.is_available() and dist.is_initialized()
