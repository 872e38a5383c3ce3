"""All that happens between the light and the file of a camera."""

import math

import torch
from torch import Tensor

from preimage._ranges import check_level, check_number
from preimage._shapes import check_image, per_image
from preimage._tree import Measurement, leaves, sum_leaves, tree_map
from preimage.physics.noise.base import Noise, draw_normal, draw_poisson, require_all_seen, require_real
from preimage.physics.noise.functions.photons import log_cells, log_sum
from preimage.physics.noise.functions.quadrature import nodes_in_parts
from preimage.physics.noise.quantized_gaussian import QuantizedGaussianNoise

__all__ = ["CameraNoise"]

_NODES = 48  # of Gauss and Legendre for the offset of a row
_REACH = 8.0  # of its standard deviations, on either side


class CameraNoise(Noise):
    r"""``y = round(gain Poisson(z / gain) + sigma n + row r)``: photons, read-out, row offsets, rounding to ``step``.

    ``n`` is normal for each sample and ``r`` for each row of each channel. Given the offset of a row its samples are
    independent, with the probability ``sum_k Poisson(k; z / gain) (Phi(b_k) - Phi(a_k))`` of the ends of their cell;
    ``nll`` integrates over the offset by Gauss and Legendre's rule, 48 nodes over eight standard deviations of what
    the row says of it. All is computed in float64. The mean is ``z`` and the variance about
    ``gain z + sigma^2 + row^2 + step^2 / 12``. A negative ``z`` counts as zero.

    Args:
        gain: image units per photoelectron, a float > 0 or (B,).
        sigma: standard deviation of the read-out in image units, a float > 0 or (B,).
        row: standard deviation of the offset of a row, a float >= 0 or (B,); zero costs a fiftieth.
        step: distance of the values in image units, >= 0; zero for values that are not rounded.

    Shapes: ``z`` (B, C, H, W), real; ``y`` is like it.

    Raises:
        ArgumentError: a parameter is out of its range.

    Source: Wei, Fu, Yang, Huang, "A physics-based noise formation model for extreme low-light raw denoising", CVPR
    2020, with Gaussian read-out; the likelihood is ours.
    """

    def __init__(
        self,
        gain: float | Tensor = 0.01,
        sigma: float | Tensor = 0.01,
        row: float | Tensor = 0.0,
        step: float = 0.0,
    ) -> None:
        super().__init__()
        for name, value in (("gain", gain), ("sigma", sigma)):
            check_number(name, value, "every sensor has both, be it little")
        check_number("row", row, "give a standard deviation in image units", zero=True)
        check_level("step", step, "zero is for values that are not rounded", zero=True)
        self.gain = gain
        self.sigma = sigma
        self.row = row
        self.step = step

    @property
    def is_entrywise(self) -> bool:
        """Whether no row has an offset."""
        return not bool((torch.as_tensor(self.row) > 0).any())

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        check_image(z, "z", (2,))
        gain, sigma, row = (per_image(value, z) for value in (self.gain, self.sigma, self.row))
        light = gain * draw_poisson(z / gain, rng) + sigma * draw_normal(z, rng)
        values = light + row * draw_normal(z[..., :1], rng)
        return self.step * (values / self.step).round() if self.step else values

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``-log p(y | z)``, (B,)."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            wide, data = a.double().clamp_min(0), b.double()
            if self.is_entrywise:
                return -self._log_pixels(wide, data).to(a.dtype)
            return -self._log_rows(wide, data).to(a.dtype)

        return sum_leaves(one, z, y)

    def _log_rows(self, z: Tensor, y: Tensor) -> Tensor:
        """The logarithm of the probability of each row, (B, C, H, 1)."""
        row = per_image(self.row, z).clamp_min(1e-12)
        with torch.no_grad():
            inverse = 1 / self.variance(z)
            spread = (1 / row.square() + inverse.sum(-1, keepdim=True)).rsqrt()
            mean = spread.square() * (inverse * (y - z)).sum(-1, keepdim=True)
        terms = []
        for nodes, weights in nodes_in_parts(_NODES, z):
            offset = mean + _REACH * spread * nodes
            prior = -(offset / row).square() / 2 - (row * math.sqrt(2 * math.pi)).log()
            pixels = self._log_pixels(z, y - offset).sum(-1, keepdim=True)
            terms.append(prior + pixels + (_REACH * spread * weights).log())
        return torch.cat(terms).logsumexp(0)

    def _log_pixels(self, z: Tensor, y: Tensor) -> Tensor:
        """The logarithm of the probability, or density, of each entry without an offset of its row."""
        gain, sigma = per_image(self.gain, z), per_image(self.sigma, z)
        rate, data, spread = torch.broadcast_tensors(z / gain, y / gain, sigma / gain)
        if not self.step:
            return log_sum(rate, data, spread) - (sigma * math.sqrt(2 * math.pi)).log()
        half = self.step / gain / 2
        return log_cells(rate, data - half, data + half, spread)

    def variance(self, z: Tensor) -> Tensor:
        """``gain z + sigma^2 + step^2 / 12``: the variance of an entry without the offset of its row."""
        gain, sigma = per_image(self.gain, z), per_image(self.sigma, z)
        return gain * z.clamp_min(0) + sigma.square() + self.step**2 / 12

    def information(self, y: Measurement, seen: Measurement) -> Tensor:
        """The mean of the inverse variances with ``y`` in place of ``z``, the offsets of rows left out."""
        return torch.stack([(1 / self.variance(leaf)).flatten(1).mean(1) for leaf in leaves(y)]).mean(0)

    def check_measurement(self, y: Measurement, seen: Measurement) -> None:
        """Require real numbers, multiples of ``step``; where rows have offsets, all of them.

        Raises:
            ArgumentError: an entry is no multiple of the step, or hidden in a row that has an offset.
            ShapeError: ``y`` is complex.
        """
        tree_map(lambda leaf: require_real(leaf, "samples of a sensor"), y)
        if not self.is_entrywise:
            require_all_seen(self, y, seen)
        if self.step:
            QuantizedGaussianNoise(1.0, self.step).check_measurement(y, seen)
