"""Moments of both parts of a split, over many draws."""

import torch
from torch import Tensor

from preimage.loss.recorruption import Recorruption
from preimage.physics.noise import Noise

DRAWS = 40_000


def correlation(a: Tensor, b: Tensor) -> float:
    """The correlation of two samples."""
    return torch.corrcoef(torch.stack([a.flatten(), b.flatten()]))[0, 1].item()


def require_moments(
    kind: Recorruption, noise: Noise, z: Tensor, first_variance: float, second_variance: float
) -> tuple[Tensor, Tensor]:
    """Require means, variances and no correlation of both parts of measurements of ``z``; returns the parts."""
    rng = torch.Generator().manual_seed(0)
    y = noise.sample(z.expand(DRAWS, 1), rng)
    first, second = kind.split(y, rng)
    for part, variance in ((first, first_variance), (second, second_variance)):
        assert abs(part.mean() - z) < 4 * (variance / DRAWS) ** 0.5
        assert abs(part.var() / variance - 1) < 0.05
    assert abs(correlation(first.real, second.real)) < 0.02
    # Independent: squares are uncorrelated, too.
    assert abs(correlation((first - z).abs().square(), (second - z).abs().square())) < 0.02
    assert abs(kind.target_variance(y).mean() / second_variance - 1) < 0.05
    redrawn = kind.noise().sample(z.expand(DRAWS, 1), rng)
    assert abs(redrawn.var() / first_variance - 1) < 0.05
    return first, second
