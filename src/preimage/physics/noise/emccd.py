"""Photon counting behind an electron multiplier."""

import math

import torch
from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import per_image
from preimage._tree import Measurement, leaves, sum_leaves, tree_map
from preimage.physics.noise.base import Noise, draw_gamma, draw_normal, draw_poisson, require_real
from preimage.physics.noise.functions.quadrature import nodes_in_parts

__all__ = ["EMCCDNoise"]

_FALL = 40.0  # nats below its maximum at which an integrand is left out
_NODES = 32  # of Gauss and Legendre on either side of the maximum


class EMCCDNoise(Noise):
    r"""``y = g + sigma n``, ``g`` of Gamma law with scale ``gain``, and for its shape a Poisson count of ``z / gain``.

    Every photoelectron is multiplied into an exponential number of electrons, so that the mean is ``z`` and the
    variance ``2 gain z + sigma^2``: twice that of the photons. With ``r = z / gain`` the density is
    ``exp(-r) N(y) + int_0^inf sqrt(r / (gain t)) exp(-r - t / gain) I_1(2 sqrt(r t / gain)) N(y - t) dt``, with
    ``N`` that of the read-out; the integral is taken in ``sqrt(t / gain)``, where it is nearly Gaussian, by Gauss and
    Legendre's rule to about ten digits, in float64. A negative ``z`` has no law: :meth:`sample` treats it as zero,
    and :meth:`nll` continues along its tangent there.

    Args:
        gain: image units per photoelectron after multiplication, a float > 0 or (B,).
        sigma: standard deviation of the read-out in image units, a float > 0 or (B,).

    Shapes: any real ``z``; ``y`` is like it.

    Raises:
        ArgumentError: a parameter is not a finite number above zero, in any entry.

    Source: Basden, Haniff, Mackay, "Photon counting strategies with low-light-level CCDs", MNRAS 2003.
    """

    def __init__(self, gain: float | Tensor = 0.05, sigma: float | Tensor = 0.01) -> None:
        super().__init__()
        for name, value in (("gain", gain), ("sigma", sigma)):
            check_number(name, value, "use GaussianNoise or PoissonNoise alone")
        self.gain = gain
        self.sigma = sigma

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        gain = per_image(self.gain, z.real)
        electrons = draw_gamma(draw_poisson(z / gain, rng), rng)
        return gain * electrons + per_image(self.sigma, z) * draw_normal(z, rng)

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``-log p(y | z)``, (B,)."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            gain, sigma = (per_image(value, a.double()) for value in (self.gain, self.sigma))
            rate, data, spread = a.double() / gain, b.double() / gain, (sigma / gain).expand(a.shape)
            value = gain.log() - _log_density(rate.clamp_min(0), data, spread)
            return (value + torch.where(rate < 0, rate * _slope_at_zero(data, spread), 0)).to(a.dtype)

        return sum_leaves(one, z, y)

    def information(self, y: Measurement, seen: Measurement) -> Tensor:
        """``1 / (2 gain m + sigma^2)`` with the mean ``m`` of what is above zero."""
        level = torch.stack([leaf.clamp_min(0).flatten(1).mean(1) for leaf in leaves(y)]).mean(0)
        gain, sigma = (per_image(value, leaves(y)[0]).flatten() for value in (self.gain, self.sigma))
        return 1 / (2 * gain * level + sigma.square())

    def check_measurement(self, y: Measurement, seen: Measurement) -> None:
        """Require real numbers.

        Raises:
            ShapeError: ``y`` is complex.
        """
        tree_map(lambda leaf: require_real(leaf, "counts"), y)


def _log_density(rate: Tensor, data: Tensor, spread: Tensor) -> Tensor:
    """The logarithm of the density with a gain of one, float64."""
    root = (rate + 1e-290).sqrt()
    mode, below, above = _window(root.detach(), data.detach(), spread.detach())
    top = _exponent(mode, root.detach(), data.detach(), spread.detach())
    integral = torch.zeros_like(root)
    for edge in (below, above):
        half = (edge - mode).abs() / 2
        for nodes, weights in nodes_in_parts(_NODES, root):
            s = (mode + edge) / 2 + half * nodes
            share = torch.special.i1e(2 * root * s) * (_exponent(s, root, data, spread) - top).exp()
            integral = integral + half * (weights * share).sum(0)
    none = -rate - (data / spread).square() / 2
    whole = torch.logaddexp(none, (2 * root * integral).clamp_min(1e-300).log() + top)
    return whole - spread.log() - math.log(2 * math.pi) / 2


def _exponent(s: Tensor, root: Tensor, data: Tensor, spread: Tensor) -> Tensor:
    return -(s - root).square() - ((data - s.square()) / spread).square() / 2


@torch.no_grad()
def _window(root: Tensor, data: Tensor, spread: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The maximum of the exponent, and where it has fallen on either side.

    Its derivative, a cubic with one change of sign among its coefficients, has one positive root, which lies between
    ``root`` and ``sqrt(data)``.
    """
    target = data.clamp_min(0).sqrt()
    low, high = torch.minimum(root, target), torch.maximum(root, target)
    for _ in range(45):
        middle = (low + high) / 2
        rises = -(middle - root) + middle * (data - middle.square()) / spread.square() > 0
        low, high = torch.where(rises, middle, low), torch.where(rises, high, middle)
    mode = (low + high) / 2
    floor = _exponent(mode, root, data, spread) - _FALL

    def edge(inside: Tensor, outside: Tensor) -> Tensor:
        for _ in range(30):
            middle = (inside + outside) / 2
            matters = _exponent(middle, root, data, spread) > floor
            inside, outside = torch.where(matters, middle, inside), torch.where(matters, outside, middle)
        return outside

    return mode, edge(mode, torch.zeros_like(mode)), edge(mode, root + ((mode - root).square() + _FALL).sqrt())


def _slope_at_zero(data: Tensor, spread: Tensor) -> Tensor:
    """Derivative of ``-log p`` in the rate where that is zero: one electron's density over that of none, less one."""
    shifted = (data - spread.square()) / spread
    electron = torch.special.log_ndtr(shifted) + spread.square() / 2 - data
    none = -(data / spread).square() / 2 - spread.log() - math.log(2 * math.pi) / 2
    return 1 - (electron - none).clamp_max(600).exp()
