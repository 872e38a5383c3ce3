"""Noise of light made Gaussian, removed, and the picture brought back."""

import math
from dataclasses import replace

from torch import Tensor

from preimage._ranges import check_level
from preimage._shapes import check_image, per_image
from preimage.denoisers.base import Denoiser, DenoiserWrapper

__all__ = ["AnscombeDenoiser"]


class AnscombeDenoiser(DenoiserWrapper):
    r"""A denoiser of white Gaussian noise, for ``y = gain * Poisson(x / gain) + sigma * n``.

    The generalised Anscombe transform ``f(y) = (2 / gain) sqrt(max(0, gain y + 3/8 gain^2 + sigma^2))`` gives the noise
    a variance of about one, whatever ``x``. What was denoised is brought back by an approximation of the inverse of
    ``x -> E f(y)``; ``f^-1`` itself would be too small by a quarter of ``gain``.

    Args:
        denoiser: for white Gaussian noise.
        gain: the image units of one photon, > 0; the variance of the noise of light is ``gain x``.
        strength: factor on the level that ``denoiser`` is told: more removes more noise and detail; > 0.

    Shapes: ``x`` (B, C, H, W), ``sigma``, the standard deviation of the noise of the sensor, a float >= 0 or (B,); the
    result is like ``x``.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Starck, Murtagh & Bijaoui 1998 (the transform); Makitalo & Foi, "Optimal inversion of the generalized
    Anscombe transformation for Poisson-Gaussian noise", IEEE TIP 2013 (the inverse).
    """

    def __init__(self, denoiser: Denoiser, gain: float, strength: float = 1.0) -> None:
        super().__init__(denoiser)
        check_level("gain", gain, "it is the value of one photon")
        check_level("strength", strength, "one is usual")
        self.gain = gain
        self.strength = strength
        # What the sensor adds may be of any level: the denoiser inside sees another one.
        self.traits = replace(denoiser.traits, sigma_range=(0.0, math.inf))

    def forward(self, x: Tensor, sigma: float | Tensor = 0.0) -> Tensor:
        """Estimate the clean image behind ``x``."""
        check_image(x, spatial=(2,))
        offset = 3 / 8 + (per_image(sigma, x) / self.gain).square()
        z = 2 * (x / self.gain + offset).clamp_min(0).sqrt()
        # In [0, 1], as denoisers know pictures; the darkest and brightest value of each image are enough for that.
        low, high = (z.flatten(1).amin(1), z.flatten(1).amax(1)) if x.shape[0] else (z.new_zeros(0), z.new_zeros(0))
        span = (high - low).clamp_min(1.0)
        unit = (z - per_image(low, z)) / per_image(span, z)
        d = self.denoiser(unit, self.strength / span) * per_image(span, z) + per_image(low, z)
        return self.gain * _inverse(d, offset)


def _inverse(d: Tensor, offset: Tensor) -> Tensor:
    """``x / gain`` for ``d = E f(y)``, at least zero."""
    d = d.clamp_min(2 * math.sqrt(3 / 8))
    root = math.sqrt(3 / 2)
    counts = d.square() / 4 + root / (4 * d) - 11 / (8 * d.square()) + 5 * root / (8 * d**3) - 1 / 8
    return (counts - (offset - 3 / 8)).clamp_min(0)
