"""Measurements in units of their Gaussian noise."""

import torch
from torch import Tensor

from preimage._tree import Measurement, leaves, scale, tree_map
from preimage.physics import GaussianNoise, LinearPhysics
from preimage.physics.noise import Noise

__all__ = ["Whitened", "is_gaussian", "whiten"]


class Whitened(LinearPhysics):
    """``A_i / sigma_i`` for every sensor ``i`` of a stack with Gaussian noises: unit noise throughout."""

    def __init__(self, operator: LinearPhysics) -> None:
        super().__init__(GaussianNoise(1.0))
        self.operator = operator

    def A(self, x: Tensor) -> Measurement:
        """``A_i x / sigma_i``."""
        return whiten(self.operator.noise, self.operator.A(x))

    def A_adjoint(self, y: Measurement) -> Tensor:
        """``sum_i A_i^H y_i / sigma_i``."""
        return self.operator.A_adjoint(whiten(self.operator.noise, y))

    def seen(self, y: Measurement) -> Measurement:
        """What the operator measures."""
        return self.operator.seen(y)


def is_gaussian(noise: Noise) -> bool:
    """Whether all parts of ``noise`` are Gaussian, or none, which counts as Gaussian of unit deviation."""
    return all(sigma is not None for sigma in leaves(noise.least_squares))


def whiten(noise: Noise, z: Measurement) -> Measurement:
    """Divide each part of a measurement by the standard deviation of its noise, so that the noise has variance one.

    Args:
        noise: the noise of the measurement.
        z: a measurement, or a tuple of them: ``z_i`` becomes ``z_i / sigma_i``, or stays where its noise is not
            Gaussian.
    """
    return tree_map(_divided, z, noise.least_squares)


def _divided(z: Tensor, sigma: float | Tensor | None) -> Tensor:
    level = torch.as_tensor(1.0 if sigma is None else sigma, dtype=z.real.dtype, device=z.device)
    return scale(1 / level.reshape(-1), z)
