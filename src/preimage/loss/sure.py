"""Stein's unbiased estimate of the risk under white Gaussian noise."""

import torch
from torch import Tensor

from preimage._ranges import check_number
from preimage._seen import keep_seen
from preimage._tree import sum_leaves, tree_map
from preimage.loss._entries import entry_count, gaussian_levels, real_dimensions, squared_gaps
from preimage.loss.base import Loss
from preimage.loss.divergence import Probing
from preimage.loss.inputs import LossInputs

__all__ = ["SureGaussianLoss"]


class SureGaussianLoss(Loss):
    r"""An unbiased estimate of ``||A f(y) - A x||^2 / m`` from ``y = A x + sigma n`` alone.

    ``(||A f(y) - y||^2 - m sigma^2 + 2 sigma^2 sum_i d(A f(y))_i / d y_i) / m``, with ``m`` the number of entries that
    were measured; a complex entry counts once, its noise ``sigma`` in the real and in the imaginary part twice. A value
    may be negative. For ``A`` the identity it estimates the mean squared error of the image; else the part of it that
    ``A`` sees.

    It is biased where the noise is not white and Gaussian of this ``sigma``: correlated noise counts as image. ``f``
    must be continuous and deterministic; one with a kink is seen by steps of ``tau``.

    Args:
        sigma: standard deviation of the noise in units of ``y``, >= 0, a float or (B,); ``None`` takes that of
            ``physics.noise``.
        tau: step of finite differences in units of ``y``; ``None`` differentiates the model instead.
        probes: number of random directions for the divergence; ``None`` takes all entries in turn, exactly.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Stein, "Estimation of the mean of a multivariate normal distribution", Annals of Statistics 1981; Ramani,
    Blu, Unser, "Monte-Carlo SURE", IEEE Trans. Image Processing 2008.
    """

    def __init__(self, sigma: float | Tensor | None = None, tau: float | None = 1e-3, probes: int | None = 1) -> None:
        super().__init__()
        if sigma is not None:
            check_number("sigma", sigma, "give a standard deviation in units of `y`", zero=True)
        self.sigma = sigma
        self.tau = tau
        self.probes = probes
        self._probing = Probing(tau, probes)
        self.needs_estimate = tau is not None

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The estimate of each image, (B,)."""
        y, seen = inputs.y, inputs.physics.seen(inputs.y)
        levels = gaussian_levels(self.sigma, inputs.physics, y)
        variance = keep_seen(tree_map(lambda level, leaf: level.square().expand(leaf.shape), levels, y), seen)
        h, trace = self._probing.trace(inputs, variance)
        noise = tree_map(lambda v, leaf: v * real_dimensions(leaf), variance, y)
        excess = sum_leaves(torch.sub, squared_gaps(h, y, seen), noise)
        return (excess + 2 * trace) / entry_count(y, seen)
