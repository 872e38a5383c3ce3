"""Numbers moved towards zero."""

import math

import torch
from torch import Tensor

from preimage.kernels.pointwise.threshold_loops import shrink_in_loops
from preimage.machine.compiler import can_compile

__all__ = ["towards_zero"]


def towards_zero(x: Tensor, threshold: float | Tensor) -> Tensor:
    """``sign(x) max(|x| - threshold, 0)`` for ``x`` real.

    Args:
        x: numbers, batch first.
        threshold: >= 0, broadcastable to ``x``; one number, or one for each sample, is fastest.
    """
    if not isinstance(threshold, Tensor):
        if math.isfinite(threshold) and can_compile(x):
            return torch.nn.functional.softshrink(x, threshold)
        return x - x.clamp(-threshold, threshold)
    if threshold.ndim <= x.ndim and can_compile(x, threshold):
        if threshold.numel() == 1 and math.isfinite(most := threshold.item()):
            return torch.nn.functional.softshrink(x, most)
        if threshold.ndim == x.ndim and threshold.numel() == len(threshold) == len(x):
            return shrink_in_loops(x, threshold)
    return x - x.clamp(-threshold, threshold)
