"""What a criterion is given, what it answers, and where it looks next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from preimage._tree import Measurement
from preimage.fidelity import Likelihood, Measured
from preimage.physics import Physics
from preimage.physics.noise import Noise

__all__ = ["Criterion", "Series", "Trial", "has_level"]

Series = Mapping[str, Tensor]
"""What was measured by name: (B,) in one trial, (points,) along the curve of one sample."""

_GOLDEN = (3 - 5**0.5) / 2
_RISEN, _RISES = 0.01, 3  # a scan has passed its minimum after so many values that are higher by so much


@dataclass(frozen=True)
class Trial:
    """The reconstruction for one weight per sample.

    Attributes:
        likelihood: the data term of the measurement.
        prior: with weight one.
        x: the reconstruction.
        moved: the reconstructions from the measurement plus each of ``shifts``.
        shifts: small changes of the measurement.
    """

    likelihood: Likelihood
    prior: Any
    x: Tensor
    moved: tuple[Tensor, ...]
    shifts: tuple[Measurement, ...]

    @property
    def measured(self) -> Measured:
        """The measurement, and which of its entries count."""
        return self.likelihood.measured

    def residual(self) -> Measurement:
        """``A x - y``; of sensors in a stack, each in units of its noise where that is Gaussian."""
        return self.measured.residual(self.x)


@dataclass(frozen=True)
class Criterion:
    """Scores reconstructions, so that the best weight has the lowest value; subclasses may look for something else.

    Everything along a curve is for one sample: ``t``, the logarithms of the weights in increasing order, and what was
    measured or its value at each, (points,) on the CPU in double precision.
    """

    def check(self, physics: Physics, prior: Any) -> None:
        """Raise where ``physics``, its noise or the prior lack what the criterion needs."""

    def shifts(self, y: Measurement, rng: torch.Generator | None) -> tuple[Measurement, ...]:
        """Changes of the measurement under which it wants to see reconstructions, too: none."""
        return ()

    def measure(self, trial: Trial) -> Series:
        """What the criterion needs to know of a reconstruction, (B,) each."""
        raise NotImplementedError

    def values(self, t: Tensor, series: Series) -> Tensor:
        """The curve: the value at each weight, (points,)."""
        return series["value"]

    def settled(self, values: Tensor) -> bool:
        """Whether smaller weights than those scanned need not be tried: the last three values rose above the lowest."""
        lowest = values.min()
        return len(values) > _RISES and bool((values[:_RISES] > lowest + _RISEN * lowest.abs()).all())

    def propose(self, t: Tensor, values: Tensor, tol: float) -> float | None:
        """Where to look next (golden section); ``None`` once the minimum is known to within ``tol``."""
        i = int(values.argmin())
        if i in (0, len(t) - 1):
            return None
        below, above = float(t[i] - t[i - 1]), float(t[i + 1] - t[i])
        if max(below, above) <= tol:
            return None
        return float(t[i]) + (_GOLDEN * above if above >= below else -_GOLDEN * below)

    def best(self, t: Tensor, values: Tensor, series: Series) -> tuple[float, str]:
        """The logarithm of the chosen weight, and why."""
        i = int(values.argmin())
        where = {0: " at the lower end of the range", len(t) - 1: " at the upper end of the range"}.get(i, "")
        return float(t[i]), f"minimum{where}"


def has_level(noise: Noise) -> bool:
    """Whether ``noise`` is Gaussian with a level of its own."""
    sigma = noise.gaussian_sigma
    return sigma is not None and (isinstance(sigma, Tensor) or sigma > 0)
