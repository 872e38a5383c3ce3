"""Passes of a denoiser: what they need to know, how long one takes, and how many are done."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.restore.frame.work import Progress

__all__ = ["Passed", "Work", "counter", "seconds_of_call"]


@dataclass(frozen=True)
class Work:
    """What the methods need to know of the settings.

    Attributes:
        strength: factor on the level.
        steps: calls of the denoiser.
        trace: whether the data term is noted, too.
        seed: that of random numbers, where there are any.
    """

    strength: float
    steps: int
    trace: bool
    seed: int = 0


@dataclass(frozen=True)
class Passed:
    """How a picture was restored, for its error map.

    Attributes:
        weights: the name of the weights, or their file.
        is_usual: whether the method took its usual steps.
        again: restores another measurement in the same way.
    """

    weights: str
    is_usual: bool
    again: Callable[[Tensor], Tensor]


@torch.inference_mode()
def seconds_of_call(denoiser: Denoiser, probe: Tensor) -> float:
    """How long one call for ``probe`` takes, at a level in the middle of those that ``denoiser`` was trained for."""
    started = time.perf_counter()
    denoiser(probe, sum(denoiser.traits.sigma_range) / 2).cpu()
    return time.perf_counter() - started


def counter(progress: Progress | None, total: int) -> Callable[[], None] | None:
    """What tells ``progress`` of one call more, of ``total`` as foreseen; ``None`` where nobody is to be told."""
    if progress is None:
        return None
    progress(0, total)
    done = 0

    def count() -> None:
        nonlocal done
        done = min(done + 1, total)  # noise that goes on from pixel to pixel takes more calls than were foreseen
        progress(done, total)

    return count
