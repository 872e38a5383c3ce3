"""Histograms of the flight times of single photons."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._shapes import check_image, per_image
from preimage.errors import ShapeError
from preimage.kernels.pointwise.pulses import doubled_shares, pulse_counts, pulse_pull
from preimage.physics.noise import Noise, PoissonNoise
from preimage.physics.operator.base import Physics

__all__ = ["SinglePhotonLidar"]


class SinglePhotonLidar(Physics):
    r"""``A(x)_t = r (G(t + 1/2 - d) - G(t - 1/2 - d)) + b``: photons expected in each bin of time, in each pixel.

    ``x`` holds three channels: the depth ``d``, in bins (half the speed of light times the width of a bin is its
    length); the intensity ``r``, photons that come back in all; the background ``b``, photons a bin. ``G`` is the
    distribution function of the instrument's response, a Gaussian of ``sigma`` bins, so that bins hold what falls into
    them, however short the pulse. Counts are Poisson by default.

    Args:
        bins: the number of bins of the histogram, >= 1; bin t is from ``t - 1/2`` to ``t + 1/2``.
        sigma: standard deviation of the response in bins, > 0, a number or (B,).
        noise: ``PoissonNoise(1.0)`` by default.

    Shapes: ``x`` (B, 3, H, W): depth, intensity, background; ``y`` (B, bins, H, W).

    Raises:
        ArgumentError: a number is out of its range.
        ShapeError: the image, in a call, has other than three channels, or is complex.

    Source: Rapp, Tachella, Altmann, McLaughlin & Goyal, "Advances in single-photon lidar for autonomous vehicles",
    IEEE Signal Processing Magazine 37, 2020.
    """

    def __init__(self, bins: int, sigma: float | Tensor = 1.0, noise: Noise | None = None) -> None:
        super().__init__(PoissonNoise(1.0) if noise is None else noise)
        check_count("bins", bins, "give the number of bins of time")
        check_level("sigma", sigma, "give the width of the pulse in bins")
        self.bins = bins
        self.sigma = sigma

    def A(self, x: Tensor) -> Tensor:
        """The counts that are expected in each bin."""
        self._check(x)
        return pulse_counts(x, self._width(x), self.bins)

    def vjp(self, x: Tensor, v: Tensor) -> Tensor:
        """In closed form, without :meth:`A`: the pulse at the edges of bins moves photons."""
        self._check(x)
        return pulse_pull(x, self._width(x), v)

    def pullback(self, x: Tensor) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
        """``A(x)``, and :meth:`vjp`."""
        return self.A(x), lambda v: self.vjp(x, v)

    def matched_filter(self, y: Tensor) -> Tensor:
        """A first estimate of ``x`` from counts ``y``, pixel by pixel: where better methods start.

        The depth is the bin at which the logarithm of the response correlates best with the counts, the background is
        their median over the bins, and the intensity what is above it, at least one photon.
        """
        check_image(y, "y", spatial=(2,))
        if y.shape[1] != self.bins:
            raise ShapeError(f"`y` must have {self.bins} bins, (B, {self.bins}, H, W), got {tuple(y.shape)}.")
        background = y.median(1, keepdim=True).values
        intensity = (y - background).sum(1, keepdim=True).clamp_min(1)
        # The logarithm of the response at every depth, (B, bins, depths); the floor is what a background would add.
        depths = torch.arange(self.bins, dtype=y.dtype, device=y.device).expand(len(y), 1, -1)
        shares = doubled_shares(depths, per_image(self.sigma, depths) * math.sqrt(2), self.bins) / 2
        scores = torch.einsum("btd,bthw->bdhw", (shares + 1e-3).log(), y)
        return torch.cat([scores.argmax(1, keepdim=True).to(y.dtype), intensity, background], 1)

    def _check(self, x: Tensor) -> None:
        check_image(x, spatial=(2,))
        if x.shape[1] != 3 or x.is_complex():
            raise ShapeError(f"`x` must be depth, intensity, background, (B, 3, H, W), got {tuple(x.shape)} {x.dtype}.")

    def _width(self, like: Tensor) -> Tensor:
        """The width of the pulse in bins as error functions have it, (B or 1, 1, 1, 1)."""
        return per_image(self.sigma, like) * math.sqrt(2)
