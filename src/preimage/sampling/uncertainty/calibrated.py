"""Error maps that hold: multiplied by factors that were found on pictures whose truth is known."""

import warnings
from collections.abc import Mapping

from torch import Tensor

from preimage._tree import Measurement
from preimage.errors import ArgumentError
from preimage.physics import Physics
from preimage.sampling.uncertainty.base import ErrorMap

__all__ = ["CalibratedErrorMap"]


class CalibratedErrorMap(ErrorMap):
    """Half-widths ``factor * error_map``, within which the truth of a share of the pixels lies.

    Factors are those of :func:`preimage.sampling.conformal_factor`, found for each kind of operator; the share is the
    one that they were found for, on the mean over pictures like those.

    Args:
        error_map: the expected error.
        factors: for kinds of operators, such as ``BlurFFT`` (:attr:`preimage.physics.Physics.kind`); each > 0.

    Raises:
        ArgumentError: there are no factors.

    Source: Angelopoulos, Bates, Fisch, Lei, Schuster, "Conformal risk control", ICLR 2024, for the factors.
    """

    def __init__(self, error_map: ErrorMap, factors: Mapping[str, float]) -> None:
        super().__init__()
        if not factors or min(factors.values()) <= 0:
            raise ArgumentError(
                f"`factors` must be above zero, one or more, got {dict(factors)}; conformal_factor finds them."
            )
        self.error_map = error_map
        self.factors = dict(factors)

    def factor(self, physics: Physics) -> float:
        """That of the kind of the operator; the largest, with a warning, where there is none."""
        name = physics.kind
        if name not in self.factors:
            warnings.warn(
                f"`physics` should be one of {', '.join(self.factors)}, for which the map was calibrated, got {name}; "
                "it gets the largest of the factors, and nobody knows whether that is enough.",
                UserWarning,
                stacklevel=3,
            )
        return self.factors.get(name, max(self.factors.values()))

    def forward(self, y: Measurement, physics: Physics, x_hat: Tensor) -> Tensor:
        """The half-width of each pixel and channel, > 0."""
        return self.factor(physics) * self.error_map(y, physics, x_hat)
