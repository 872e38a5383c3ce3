"""Weighted sums of channels."""

from collections.abc import Sequence

import torch
from torch import Tensor

from preimage.kernels.pointwise.mixture_loops import mix_in_loops
from preimage.machine.compiler import can_compile

__all__ = ["mix_channels"]


def mix_channels(x: Tensor, weights: Tensor | Sequence[float]) -> Tensor:
    """``sum_c weights_c x_c``, (B, 1, ...).

    Args:
        x: images (B, C, ...).
        weights: (1 or B, C), real, in the precision of ``x``; or C numbers.
    """
    if not isinstance(weights, Tensor):
        if can_compile(x):
            return mix_in_loops(x, weights)
        weights = torch.tensor([*weights], dtype=x.real.dtype, device=x.device)[None]
    if can_compile(x, weights):
        return mix_in_loops(x, weights)
    return (weights.reshape(*weights.shape, *(1,) * (x.ndim - 2)) * x).sum(1, keepdim=True)
