"""Counts."""

from torch import Tensor

from preimage._tree import Measurement
from preimage.fidelity.base import Likelihood
from preimage.fidelity.likelihood import likelihood
from preimage.physics import Physics
from preimage.physics.noise import PoissonNoise

__all__ = ["PoissonLikelihood"]


def PoissonLikelihood(
    physics: Physics, y: Measurement, gain: float | Tensor = 1.0, background: float | Tensor = 0.0
) -> Likelihood:
    r"""The data term ``f(x) = sum (w - y log w) / gain`` with ``w = A x + background``.

    It is the likelihood of Poisson noise, whatever the noise of ``physics``; infinite where ``w < 0``. With a
    background, its gradient is Lipschitz on images with ``A x >= 0``, with the constant
    ``||A||^2 max(y) / (gain background^2)``; it has a prox where ``A`` is diagonal in pixels, and a primal-dual method
    takes it apart for any linear ``A``.

    Args:
        physics: where ``A`` comes from.
        y: the measurement, background included.
        gain: measurement units per count, > 0, a float or (B,).
        background: >= 0 in units of ``y``, a float, (B,), or a tensor of the rank of ``y``.
    """
    return likelihood(physics.with_noise(PoissonNoise(gain, background)), y)
