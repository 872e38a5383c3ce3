"""Histograms of the flight times of single photons."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._shapes import check_image, per_image
from preimage.errors import ShapeError
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
        depth, intensity, background = self._parts(x)
        return torch.addcmul(background, intensity / 2, self._doubled_shares(depth))

    def pullback(self, x: Tensor) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
        """``A(x)``, and the derivative's adjoint in closed form: the pulse at the edges of bins moves photons."""
        depth, intensity, _ = self._parts(x)
        shares = self._doubled_shares(depth)

        def back(v: Tensor) -> Tensor:
            scale = per_image(self.sigma, depth) * math.sqrt(2)
            edges = self._edges(depth)
            heights = ((edges - depth) / scale).square_().neg_().exp_()
            moved = (v * (heights[:, :-1] - heights[:, 1:])).sum(1, keepdim=True)
            seen = (v * shares).sum(1, keepdim=True)
            return torch.cat([intensity * moved / (scale * math.sqrt(math.pi)), seen / 2, v.sum(1, keepdim=True)], 1)

        return self.A(x), back

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
        scores = torch.einsum("btd,bthw->bdhw", (self._doubled_shares(depths) / 2 + 1e-3).log(), y)
        return torch.cat([scores.argmax(1, keepdim=True).to(y.dtype), intensity, background], 1)

    def _parts(self, x: Tensor) -> tuple[Tensor, ...]:
        check_image(x, spatial=(2,))
        if x.shape[1] != 3 or x.is_complex():
            raise ShapeError(f"`x` must be depth, intensity, background, (B, 3, H, W), got {tuple(x.shape)} {x.dtype}.")
        return x.split(1, 1)

    def _edges(self, depth: Tensor) -> Tensor:
        """Where bins begin, and the last one ends: (1, bins + 1, ...)."""
        edges = torch.arange(self.bins + 1, dtype=depth.dtype, device=depth.device) - 0.5
        return edges.reshape(1, -1, *(1,) * (depth.ndim - 2))

    def _doubled_shares(self, depth: Tensor) -> Tensor:
        """Twice the part of the photons in each bin, (B, bins, ...), for depths (B, 1, ...)."""
        inverse = 1 / (per_image(self.sigma, depth) * math.sqrt(2))
        # The pulse is even, so that all bins are taken as being after it, where tails keep their digits. Beyond this
        # limit they are less than the smallest normal number, with which processors are ten times slower.
        limit = 26.0 if depth.dtype == torch.float64 else 9.0
        away = (self._edges(depth)[:, :-1] + 0.5 - depth).abs()
        near, far = (torch.addcmul(half * inverse, away, inverse).clamp_max(limit) for half in (-0.5, 0.5))
        return torch.special.erfc(near) - torch.special.erfc(far)
