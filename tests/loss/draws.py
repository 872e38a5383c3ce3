"""What a loss claims, against the mean of many draws of the noise."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage._tree import Measurement
from preimage.loss import Loss
from preimage.physics import Physics
from preimage.testing.loss import SmallModel

DRAWS = 10_000


def assert_mean(samples: Tensor, expected: float = 0.0) -> None:
    """Require that the mean of ``samples`` is ``expected`` within three standard errors."""
    samples = samples.detach().double()
    error = (samples.std(0) / len(samples) ** 0.5).clamp_min(1e-12)
    gap = (samples.mean(0) - expected).abs()
    assert bool((gap <= 3 * error).all()), f"mean - expected = {gap.max():.3g}, standard error {error.max():.3g}"


def mean_gap(samples: Tensor, expected: float = 0.0) -> float:
    """How many standard errors the mean of ``samples`` lies from ``expected``."""
    samples = samples.detach().double()
    return float((samples.mean() - expected) / (samples.std() / len(samples) ** 0.5))


class Recorder:
    """A model that keeps what it was shown and what it said."""

    def __init__(self, model: Callable[[Measurement, Physics], Tensor] | None = None) -> None:
        self.model = model or SmallModel().double()
        self.shown: list[Tensor] = []
        self.said: list[Tensor] = []
        self.physics: list[Physics] = []

    def __call__(self, y: Measurement, physics: Physics) -> Tensor:
        """The estimate of the model inside."""
        x_hat = self.model(y, physics)
        self.shown.append(y.detach())
        self.said.append(x_hat.detach())
        self.physics.append(physics)
        return x_hat


def smooth(y: Measurement, physics: Physics) -> Tensor:
    """A linear model: a fifth of a pixel, and of each of its four neighbours, in the pixels of the measurement."""
    return (y + y.roll(1, -1) + y.roll(-1, -1) + y.roll(1, -2) + y.roll(-1, -2)) / 5


def evaluated(loss: Loss, y: Measurement, physics: Physics, model: Callable, seed: int = 0) -> Tensor:
    """The loss of each draw."""
    return loss(None, None, y, physics, model, rng=torch.Generator().manual_seed(seed))
