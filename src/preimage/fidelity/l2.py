"""Least squares."""

from torch import Tensor

from preimage._tree import Measurement
from preimage.fidelity.base import Likelihood
from preimage.fidelity.likelihood import likelihood
from preimage.physics import Physics
from preimage.physics.noise import GaussianNoise

__all__ = ["L2"]


def L2(physics: Physics, y: Measurement, sigma: float | Tensor = 1.0) -> Likelihood:
    r"""The data term ``f(x) = ||A x - y||^2 / (2 sigma^2)``, whatever the noise of ``physics``.

    It is the likelihood of Gaussian noise: smooth, and for a linear ``A`` proximable, with the Lipschitz constant
    ``||A||^2 / sigma^2``.

    Args:
        physics: where ``A`` comes from.
        y: the measurement.
        sigma: standard deviation, > 0, a float or (B,).
    """
    return likelihood(physics.with_noise(GaussianNoise(sigma)), y)
