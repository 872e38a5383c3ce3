"""Signals of two numbers by sums over a grid of both increments."""

import torch
from torch import Tensor

from preimage.sampling.increments import IncrementLaw, LaplaceIncrements, StudentIncrements

GRID = torch.arange(-600, 601, dtype=torch.float64) / 50


def density(law: IncrementLaw) -> Tensor:
    """Probabilities of the cells of the grid."""
    if isinstance(law, StudentIncrements):
        return (1 + GRID.square() / law.dof) ** (-(law.dof + 1) / 2)
    assert isinstance(law, LaplaceIncrements)
    smooth = (-GRID.abs() / law.scale).exp() / (2 * law.scale) * 0.02
    if law.rate == 1:
        return smooth
    return law.rate * smooth + (1 - law.rate) * (GRID == 0)


def posterior_of_two(law: IncrementLaw, y: Tensor, level: float) -> tuple[Tensor, Tensor, float]:
    """The mean (2,) and the covariance (2, 2) of the signal behind ``y`` (2,), and how likely the last step is zero."""
    first, last = GRID[:, None], GRID[None]
    log = -((first - y[0]).square() + (first + last - y[1]).square()) / (2 * level**2)
    weights = density(law)[:, None] * density(law)[None] * log.exp()
    weights = weights / weights.sum()
    values = torch.stack([first.expand_as(weights), first + last])
    mean = (weights * values).sum((1, 2))
    gaps = values - mean[:, None, None]
    return mean, torch.einsum("aij,bij,ij->ab", gaps, gaps, weights), float(weights[:, GRID == 0].sum())
