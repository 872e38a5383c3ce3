"""Light that haze lets through, and that which it adds."""

import torch
from torch import Tensor

from preimage.kernels.pointwise.exponential_loops import haze_in_loops
from preimage.machine.compiler import can_compile

__all__ = ["through_haze"]


def through_haze(x: Tensor, depth: Tensor, beta: Tensor, airlight: Tensor) -> Tensor:
    """``t x + airlight (1 - t)`` with ``t = exp(-beta depth)``.

    Args:
        x: the scene, (B, C, H, W).
        depth: (B or 1, 1, H, W), at least 0.
        beta: (B or 1, 1, 1, 1), > 0.
        airlight: (B or 1, C or 1, 1, 1).
    """
    fits = depth.shape[2:] == x.shape[2:] and len(depth) in (1, len(x))
    if fits and x.dtype == torch.float32 and can_compile(x, depth, beta, airlight):
        return haze_in_loops(x, depth, beta, airlight)
    exponent = -beta * depth
    return exponent.exp() * x - airlight * exponent.expm1()  # 1 - t keeps its digits in thin haze
