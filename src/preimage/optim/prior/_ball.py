"""Dual points moved into the ball of a dual norm."""

import torch
from torch import Tensor

__all__ = ["into_ball"]


def into_ball(size: Tensor, radius: Tensor) -> Tensor:
    """The largest ``s`` in [0, 1] for which ``s * size`` is nowhere above ``radius``, (B,)."""
    safe = size.where(size > 0, 1)
    return torch.where(size > 0, radius / safe, 1).flatten(1).clamp_max(1).amin(1)
