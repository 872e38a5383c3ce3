"""No noise."""

import torch
from torch import Tensor
from typing_extensions import override

from preimage._tree import Measurement
from preimage.physics.noise.base import ProximableNoise
from preimage.physics.noise.gaussian import GaussianNoise

__all__ = ["NoNoise"]

_UNIT = GaussianNoise(1.0)


class NoNoise(ProximableNoise):
    """``y = z``. As a data term it is least squares, ``1/2 ||y - z||^2``: an indicator is of no use to descent.

    Source: the definition.
    """

    def sample(self, z: Measurement, rng: torch.Generator | None = None) -> Measurement:
        """``z`` itself."""
        return z

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``1/2 ||y - z||^2``, (B,)."""
        return _UNIT.nll(z, y)

    def constant(self, y: Measurement) -> Tensor:
        """That of noise with ``sigma = 1``, whose ``nll`` this is."""
        return _UNIT.constant(y)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """``z - y``."""
        return _UNIT.grad(z, y)

    @property
    @override
    def is_absent(self) -> bool:
        return True

    @property
    def gaussian_sigma(self) -> float:
        """Zero: nothing is added."""
        return 0.0

    @property
    def least_squares(self) -> float:
        """One, that of ``1/2 ||y - z||^2``."""
        return 1.0

    def curvature(self, y: Measurement) -> Tensor:
        """One, that of ``1/2 ||y - z||^2``."""
        return _UNIT.curvature(y)

    def information(self, y: Measurement, seen: Measurement) -> Tensor:
        """One, that of ``1/2 ||y - z||^2``."""
        return _UNIT.information(y, seen)

    def prox(self, z: Measurement, y: Measurement, step: float | Tensor) -> Measurement:
        """``(z + step y) / (1 + step)``."""
        return _UNIT.prox(z, y, step)

    def conjugate(self, u: Measurement, y: Measurement) -> Tensor:
        """``Re <u, y> + ||u||^2 / 2``, (B,)."""
        return _UNIT.conjugate(u, y)
