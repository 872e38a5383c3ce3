"""Gaussian noise of a level that nobody knows."""

import math

import numpy as np
import torch
from torch import Tensor

from preimage._ranges import check_number, holds_everywhere
from preimage._shapes import per_image
from preimage._tree import Measurement, subtract, sum_leaves
from preimage.errors import ArgumentError
from preimage.physics.noise.base import Noise, draw_normal, draw_uniform, real_parts

__all__ = ["UniformGaussianNoise"]

_FALL = 45.0  # nats below its maximum at which an integrand is left out
_NODES = 48  # of Gauss and Legendre on either side of the maximum


class UniformGaussianNoise(Noise):
    r"""``y = z + s n`` with standard normal ``n`` and, for each image, a level ``s`` uniform in ``[low, high]``.

    ``nll = -log mean_s (2 pi s^2)^(-N/2) exp(-||y - z||^2 / (2 s^2))`` with the ``N`` real numbers of an image, by
    Gauss-Legendre quadrature around the largest term in ``log s``, to about ten digits. It is Gaussian noise that
    estimates its own level. With ``low = 0`` it is minus infinity where ``z = y``, as of any unknown level. Complex
    data get independent noise in the real and in the imaginary part.

    Args:
        low, high: the range of standard deviations in image units, 0 <= low < high, floats or (B,).

    Raises:
        ArgumentError: the range is empty, or reaches below zero or to infinity.

    Source: the definition.
    """

    def __init__(self, low: float | Tensor = 0.0, high: float | Tensor = 0.5) -> None:
        super().__init__()
        check_number("low", low, "give a standard deviation in image units", zero=True)
        check_number("high", high, "give a standard deviation in image units")
        if not holds_everywhere(torch.as_tensor(low) < torch.as_tensor(high)):
            raise ArgumentError(f"`low` must be below `high`, got {low} and {high}; GaussianNoise has one level.")
        self.low = low
        self.high = high

    @property
    def is_entrywise(self) -> bool:
        """They are not independent: they share a level."""
        return False

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        low, high = per_image(self.low, z.real), per_image(self.high, z.real)
        first = z.real.reshape(len(z), -1)[:, :1].reshape(-1, *(1,) * (z.ndim - 1)) if z.numel() else z.real
        return z + (low + (high - low) * draw_uniform(first, rng)) * draw_normal(z, rng)

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``-log p(y | z)``, (B,)."""

        def one(gap: Tensor) -> Tensor:
            parts = real_parts(gap).flatten(1).double()
            low, high = (per_image(value, parts)[:, 0].expand(len(parts)) for value in (self.low, self.high))
            return _nll(parts.square().sum(1), parts.shape[1], low, high).to(gap.real.dtype)[:, None]

        return sum_leaves(one, subtract(z, y))


def _nll(power: Tensor, count: int, low: Tensor, high: Tensor) -> Tensor:
    """``-log`` of the mean over ``s`` for ``||y - z||^2 = power``, all (B,), float64.

    In ``v = log s`` the integrand is ``exp(-(count - 1) v - power exp(-2 v) / 2)``, whose logarithm is concave.
    """
    with torch.no_grad():
        below, above, mode = _window(power, count, low, high)
        nodes, weights = (torch.from_numpy(a).to(power.device) for a in np.polynomial.legendre.leggauss(_NODES))
    # Limits of the law are limits of the integral where they are reached: it changes with them.
    tiny = torch.finfo(power.dtype).tiny
    below, above = (
        torch.where(edge == limit.detach(), limit, edge)
        for edge, limit in ((below, low.clamp_min(tiny).log()), (above, high.log()))
    )
    total = []
    for edge in (below, above):
        half = (edge - mode).abs() / 2
        v = ((mode + edge) / 2)[:, None] + half[:, None] * nodes
        exponent = -(count - 1) * v - power[:, None] * (-2 * v).exp() / 2
        total.append(exponent + (half[:, None] * weights).log())
    value = -torch.cat(total, 1).logsumexp(1) + (high - low).log() + count / 2 * math.log(2 * math.pi)
    return torch.where((power == 0) & (low == 0), -torch.inf, value)


def _window(power: Tensor, count: int, low: Tensor, high: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Where the integrand matters, from below to above its maximum within the range of ``v``."""
    spread = (power / count).sqrt()
    tiny = torch.finfo(power.dtype).tiny
    least, most = torch.maximum(low, 0.05 * spread).clamp_min(tiny).log(), high.log()
    # Where y is further away than twenty times the largest level, that one counts alone.
    least = torch.minimum(least, torch.maximum(low.clamp_min(tiny).log(), most - 1))
    mode = torch.clamp((power / max(count - 1, 1)).clamp_min(tiny).sqrt().log(), least, most) if count > 1 else most
    slope = power * (-2 * mode).exp() - (count - 1)  # at the end of the range it is not zero
    wide = math.sqrt(_FALL / max(count - 1, 1)) + _FALL / max(count - 1, 1) if count > 1 else math.inf
    reach = (_FALL / slope.abs()).clamp_max(wide)
    return torch.maximum(least, mode - reach), torch.minimum(most, mode + reach), mode
