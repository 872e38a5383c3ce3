"""Least absolute deviations."""

from torch import Tensor

from preimage._tree import Measurement
from preimage.fidelity.base import Likelihood
from preimage.fidelity.likelihood import likelihood
from preimage.physics import Physics
from preimage.physics.noise import LaplaceNoise

__all__ = ["L1"]


def L1(physics: Physics, y: Measurement, scale: float | Tensor = 1.0) -> Likelihood:
    r"""The data term ``f(x) = ||A x - y||_1 / scale``, whatever the noise of ``physics``: it forgives outliers.

    It is the likelihood of Laplace noise. Where ``A = diag(s) V^H`` with a unitary ``V`` (denoising, inpainting,
    single-coil MRI) or ``A A^H`` is a multiple of the identity (demosaicing, decolorizing) it has a prox; for any other
    linear ``A`` a primal-dual method (:class:`PDHG`) takes it apart.

    Args:
        physics: where ``A`` comes from.
        y: the measurement.
        scale: > 0, a float or (B,).
    """
    return likelihood(physics.with_noise(LaplaceNoise(scale)), y)
