"""Counts behind an absorber, after the logarithm."""

from torch import Tensor

from preimage._tree import Measurement
from preimage.fidelity.base import Likelihood
from preimage.fidelity.likelihood import likelihood
from preimage.physics import Physics
from preimage.physics.noise import LogPoissonNoise

__all__ = ["LogPoissonLikelihood"]


def LogPoissonLikelihood(
    physics: Physics, y: Measurement, photons: float | Tensor = 1024.0, attenuation: float | Tensor = 1.0
) -> Likelihood:
    r"""The data term ``f(x) = photons sum exp(-attenuation z) + exp(-attenuation y) attenuation z`` with ``z = A x``.

    It is the likelihood of :class:`preimage.physics.LogPoissonNoise`, whatever the noise of ``physics``: convex for a
    linear ``A``, and near ``z = y`` least squares with the weights ``photons attenuation^2 exp(-attenuation y)``.

    Args:
        physics: where ``A`` comes from.
        y: the measurement, line integrals of the absorption.
        photons: mean count without absorber, > 0, a float or (B,).
        attenuation: absorption per unit of ``z``, > 0, a float or (B,).
    """
    return likelihood(physics.with_noise(LogPoissonNoise(photons, attenuation)), y)
