"""Stein's unbiased estimate of the risk."""

from dataclasses import dataclass
from typing import Any

import torch
from typing_extensions import override

from preimage._ranges import check_count, check_level
from preimage._tree import Measurement, dot
from preimage.errors import CapabilityError
from preimage.optim.weight.criterion import Criterion, Series, Trial, has_level
from preimage.optim.weight.divergence import draw_shifts, prediction_divergence
from preimage.physics import Physics

__all__ = ["SURE"]


@dataclass(frozen=True)
class SURE(Criterion):
    r"""The weight with the least estimate of ``||A x_hat - A x||^2``, for Gaussian noise of known level.

    The value is ``(||A x_hat - y||^2 / sigma^2 - m + 2 div_y A x_hat) / m``, on average ``||A x_hat - A x||^2 / (m
    sigma^2)``. It is the error of the prediction, not of the image: they agree for denoising, and where ``A`` loses
    much the image may deserve another weight. The divergence is estimated by finite differences along random signs,
    the same for all weights, taken through as many steps as the reconstruction itself took.

    Args:
        probes: how many random directions; each costs a reconstruction for every weight.
        epsilon: length of the difference, relative to the root mean square of ``y``.

    Source: Stein 1981; the divergence: Ramani, Blu, Unser 2008; prediction risk: Deledalle et al. 2014.
    """

    probes: int = 1
    epsilon: float = 5e-3

    def __post_init__(self) -> None:
        check_probes(self.probes, self.epsilon)

    def check(self, physics: Physics, prior: Any) -> None:
        """The noise must be Gaussian, with its level.

        Raises:
            CapabilityError: it is not.
        """
        for noise in physics.noise.parts:
            if not has_level(noise):
                raise CapabilityError(
                    f"the noise must be Gaussian for SURE, got {type(noise).__name__}; give its level, "
                    "physics.replace(noise=GaussianNoise(sigma)), or take GCV or Whiteness."
                )

    @override
    def shifts(self, y: Measurement, rng: torch.Generator | None) -> tuple[Measurement, ...]:
        return draw_shifts(y, self.epsilon, self.probes, rng)

    def measure(self, trial: Trial) -> Series:
        """The risk, and what it is made of."""
        residual, count = trial.residual(), trial.measured.count()
        divergence = prediction_divergence(trial, self.epsilon) / count
        misfit = 2 * trial.likelihood(trial.x) / count
        return {"value": misfit - 1 + 2 * divergence, "residual": dot(residual, residual), "divergence": divergence}


def check_probes(probes: int, epsilon: float) -> None:
    """Require a divergence that can be estimated."""
    check_count("probes", probes, "one is usual")
    check_level("epsilon", epsilon, "5e-3 is usual")
