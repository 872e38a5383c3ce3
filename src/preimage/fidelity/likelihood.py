"""The data term that follows from a physics and its noise."""

from torch import Tensor

from preimage._tree import Measurement
from preimage.fidelity.base import Likelihood
from preimage.fidelity.channelwise import ChannelwiseLikelihood
from preimage.fidelity.gaussian import GaussianLikelihood, SpectralLikelihood
from preimage.fidelity.linear import (
    LinearLikelihood,
    ProximableLikelihood,
    by_columns,
    by_rows,
)
from preimage.fidelity.whitened import is_gaussian
from preimage.physics import LinearPhysics, Physics
from preimage.physics.blur import CameraPhysics
from preimage.physics.noise import ProximableNoise

__all__ = ["likelihood"]


def likelihood(physics: Physics, y: Measurement) -> Likelihood:
    """The negative log-likelihood of the noise of ``physics``, as the functional that can do most.

    Any can be evaluated and differentiated. For a linear ``A``, Gaussian noise gives a :class:`GaussianLikelihood`; any
    other noise with a prox gives a :class:`LinearLikelihood`, proximable where its entries are independent and
    ``A = diag(s) V^H`` or ``A A^H`` is diagonal in pixels, with a Lipschitz constant where the noise has a bounded
    curvature. Stacked sensors give a sum.

    Raises:
        ArgumentError: the noise never draws such a ``y`` (a negative count), or its level is zero.
    """
    if isinstance(physics, CameraPhysics):
        return ChannelwiseLikelihood(physics, y)
    return _kind(physics, y)(physics, y, [likelihood(sensor, part) for sensor, part in physics.sensors(y)])


def _kind(physics: Physics, y: Measurement) -> type[Likelihood]:
    """The class with the most capabilities that ``physics`` and its noise allow."""
    noise = physics.noise
    if not isinstance(physics, LinearPhysics):
        return Likelihood
    if is_gaussian(noise):
        closed = isinstance(y, Tensor) and physics.diagonal(y) is not None
        return SpectralLikelihood if closed else GaussianLikelihood
    if not isinstance(noise, ProximableNoise):
        return Likelihood
    closed = noise.is_entrywise and (by_columns(physics, y) is not None or by_rows(physics, y) is not None)
    return ProximableLikelihood if closed else LinearLikelihood
