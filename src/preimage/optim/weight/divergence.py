"""The divergence of a reconstruction as a function of the measurement."""

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage._tree import Measurement, dot, subtract, tree_map
from preimage.optim.weight.criterion import Trial
from preimage.physics.noise.base import draw_normal

__all__ = ["draw_shifts", "prediction_divergence"]


def draw_shifts(y: Measurement, size: float, count: int, rng: torch.Generator | None) -> tuple[Measurement, ...]:
    """``count`` random changes of ``y``: signs times ``size`` times the root mean square of each sample.

    All samples of a batch get the same signs, so that each is treated as if it were alone.
    """
    return tuple(tree_map(lambda leaf: _step(leaf, size) * _signs(leaf, rng), y) for _ in range(count))


def prediction_divergence(trial: Trial, size: float) -> Tensor:
    """``div_y A x_hat(y)`` of each sample, (B,): the mean of ``<b, A x_hat(y + e b) - A x_hat(y)> / e`` over the signs.

    Source: Ramani, Blu, Unser 2008; signs instead of normal numbers: Hutchinson 1990.
    """
    physics, y, found = trial.measured.physics, trial.measured.y, []
    at_y = physics.A(trial.x)
    for moved, shift in zip(trial.moved, trial.shifts, strict=True):
        probe = tree_map(lambda change, leaf: change / _step(leaf, size) ** 2, shift, y)
        found.append(dot(probe, subtract(physics.A(moved), at_y)))
    return torch.stack(found).mean(0)


def _step(leaf: Tensor, size: float) -> Tensor:
    rms = leaf.abs().square().flatten(1).mean(1).sqrt()
    return per_image(size * rms.where(rms > 0, 1), leaf.real)


def _signs(leaf: Tensor, rng: torch.Generator | None) -> Tensor:
    drawn = draw_normal(leaf[:1], rng)
    return torch.complex(drawn.real.sign(), drawn.imag.sign()) if drawn.is_complex() else drawn.sign()
