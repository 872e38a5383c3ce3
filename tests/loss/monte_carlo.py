"""Means over many draws of a measurement: what losses claim to estimate, against what they estimate."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage._tree import Measurement, sum_leaves
from preimage.loss import Loss
from preimage.physics import Physics
from preimage.reconstructor import Reconstructor

DRAWS = 10_000


class Matrix(Reconstructor):
    """A fixed matrix applied to each flattened measurement."""

    def __init__(self, entries: Tensor) -> None:
        super().__init__()
        self.entries = entries

    def forward(self, y: Tensor, physics: Physics) -> Tensor:
        """``entries @ y``, shaped like ``y``."""
        return (y.flatten(1) @ self.entries.mT.to(y.dtype)).reshape(y.shape)


def matrix(size: int, seed: int = 0) -> Matrix:
    """Half the identity and something random."""
    rng = torch.Generator().manual_seed(seed)
    return Matrix(0.5 * torch.eye(size, dtype=torch.float64) + 0.2 * torch.randn(size, size, generator=rng).double())


def bent(y: Tensor, physics: Physics) -> Tensor:
    """A smooth model that is not linear, and mixes pixels: positive, and defined for negative numbers, too."""
    around = (y + y.roll(1, -1) + y.roll(1, -2)) / 3
    return 0.2 * (3 * y + 2 * around).sin() + 0.4 * around


def squared_risk(loss: Loss, model: Callable[[Measurement, Physics], Tensor], x: Tensor, physics: Physics) -> Tensor:
    """Estimates minus the true ``||A f(y) - A x||^2 / m``, of many draws of ``y``: (DRAWS,)."""
    rng = torch.Generator().manual_seed(1)
    truth = x.expand(DRAWS, *x.shape[1:])
    z = physics.A(truth)
    y = physics.noise.sample(z, rng)
    with torch.no_grad():
        x_hat = model(y, physics)
        risk = sum_leaves(lambda a, b: (a - b).abs().square(), physics.A(x_hat), z)
        count = sum_leaves(lambda a: torch.ones_like(a.abs()), z)
        return loss(x_hat, None, y, physics, model, rng=rng) - risk / count


def errors_from_zero(values: Tensor) -> float:
    """The mean of independent values in its own standard errors."""
    return (values.mean() / (values.std() / len(values) ** 0.5)).abs().item()
