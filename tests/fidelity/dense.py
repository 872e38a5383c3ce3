"""Images small enough for the matrix of an operator."""

import torch
from torch import Tensor

from preimage.physics import LinearPhysics

SHAPE = (2, 1, 4, 3)
KERNEL = torch.rand(3, 3, generator=torch.Generator().manual_seed(5), dtype=torch.float64) / 4


def images(seed: int = 0) -> Tensor:
    return torch.rand(SHAPE, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def dense(physics: LinearPhysics) -> Tensor:
    """The matrix of ``physics`` on single images."""
    y = physics.A(torch.eye(12, dtype=torch.float64).reshape(12, 1, 4, 3))
    return torch.cat([part.flatten(1) for part in (y if isinstance(y, tuple) else (y,))], 1).mT
