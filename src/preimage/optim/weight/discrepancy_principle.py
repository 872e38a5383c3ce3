"""As much residual as there is noise."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from typing_extensions import override

from preimage._ranges import check_level
from preimage.errors import CapabilityError
from preimage.optim.weight.criterion import Criterion, Series, Trial, has_level
from preimage.physics import Physics

__all__ = ["DiscrepancyPrinciple"]

_BISECT_EVERY = 3  # so that a curve far from a power law is still halved


@dataclass(frozen=True)
class DiscrepancyPrinciple(Criterion):
    r"""The weight at which ``||A x - y||^2 / (m sigma^2) = tau``: the data are explained as well as their noise allows.

    For Poisson noise, the mean deviance takes the place of the left-hand side, which is nearly one at the true image
    unless the counts are low. The left-hand side grows with the weight, and weights are tried from large to small, so
    that the largest solution is found. It smooths somewhat too much: a good reconstruction fits part of the noise.

    Args:
        tau: > 0; 1 where the noise level is exact; a little more where it may be underestimated.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Morozov 1966.
    """

    tau: float = 1.0

    def __post_init__(self) -> None:
        """Require that the fields are in their ranges."""
        check_level("tau", self.tau, "one is the principle itself")

    def check(self, physics: Physics, prior: Any) -> None:
        """The noise must be Gaussian or Poisson, with its level."""
        for noise in physics.noise.parts:
            if not has_level(noise) and noise.counts is None:
                raise CapabilityError(
                    f"the noise must be Gaussian or Poisson for the discrepancy principle, got {type(noise).__name__}; "
                    "give its level, physics.replace(noise=GaussianNoise(sigma)), or take GCV or Whiteness."
                )

    @override
    def measure(self, trial: Trial) -> Series:
        return {"value": trial.likelihood.discrepancy(trial.x)}

    def settled(self, values: Tensor) -> bool:
        """Whether ``tau`` has been passed."""
        return bool(values[0] <= self.tau)

    def propose(self, t: Tensor, values: Tensor, tol: float) -> float | None:
        """Inside the interval around ``tau``, where a power law through its ends would reach it."""
        i = self._below(values)
        if i in (-1, len(t) - 1) or t[i + 1] - t[i] <= tol:
            return None
        if len(t) % _BISECT_EVERY == 0:
            return float(t[i] + t[i + 1]) / 2
        # Never nearer to an end than half of ``tol``: a good guess is thereby closed in from both sides.
        return float(self._crossing(t, values, i).clamp(t[i] + tol / 2, t[i + 1] - tol / 2))

    def best(self, t: Tensor, values: Tensor, series: Series) -> tuple[float, str]:
        """Where ``tau`` is reached, by interpolation."""
        i = self._below(values)
        if i == -1:
            return float(t[0]), f"lower end of the range: the discrepancy is {float(values[0]):.3g} even there"
        if i == len(t) - 1:
            return float(t[i]), f"upper end of the range: the discrepancy is {float(values[i]):.3g} even there"
        return float(self._crossing(t, values, i)), f"discrepancy {self.tau:g}"

    def _below(self, values: Tensor) -> int:
        """The largest weight whose value is at most ``tau``; -1 if there is none."""
        return int((values <= self.tau).nonzero().max()) if bool((values <= self.tau).any()) else -1

    def _crossing(self, t: Tensor, values: Tensor, i: int) -> Tensor:
        low, high = (values[i : i + 2].clamp_min(1e-300) / self.tau).log()
        return torch.lerp(t[i], t[i + 1], low / (low - high))
