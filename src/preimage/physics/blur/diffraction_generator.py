"""Random blurs of an aberrated, diffraction-limited lens."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.physics.blur.zernike import zernike
from preimage.physics.parameters.base import ParameterGenerator, normal

__all__ = ["DiffractionBlurGenerator"]

_PUPIL = 128


class DiffractionBlurGenerator(ParameterGenerator):
    r"""Kernels ``|sum_q P(q) exp(2 pi i (cutoff / 2) q . p)|^2`` of a circular pupil with a random wavefront.

    ``P(q) = exp(2 pi i sum_j a_j Z_j(q))`` on the unit disc ``|q| <= 1``, with Zernike polynomials ``Z_j`` in Noll's
    order and independent normal ``a_j``. Light is incoherent and monochromatic; kernels are sampled at pixel centres.

    Args:
        size: height and width of the kernels.
        cutoff: frequency above which the lens passes nothing, in cycles per pixel, in (0, 1]; up to 0.5 the kernel
            is sampled without aliasing. Small values blur more.
        amplitude: standard deviation of each ``a_j`` in wavelengths; 0 gives the Airy pattern.
        indices: Noll's numbers of the aberrations; by default defocus (4) to spherical (11). Piston (1) has no effect
            and the tilts (2, 3) only shift the image.

    Shapes: ``kernel`` (B, 1, size, size).

    Source: Goodman, "Introduction to Fourier Optics", chapter 6; Noll, JOSA 1976.
    """

    def __init__(
        self,
        size: int = 25,
        cutoff: float = 0.25,
        amplitude: float = 0.08,
        indices: Sequence[int] = (4, 5, 6, 7, 8, 9, 10, 11),
    ) -> None:
        super().__init__()
        if not 0 < cutoff <= 1 or size < 1 or amplitude < 0:
            raise ArgumentError(
                f"`cutoff` must be in (0, 1], `size` at least 1 and `amplitude` at least 0, got {cutoff}, {size} and "
                f"{amplitude}; the cut-off is in cycles per pixel."
            )
        self.size = size
        self.cutoff = cutoff
        self.amplitude = amplitude
        self.indices = indices

    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        """A random kernel, as the parameter ``kernel``."""
        grid = (torch.arange(_PUPIL, dtype=torch.float64) + 0.5) * (2 / _PUPIL) - 1
        up, right = -grid[:, None], grid[None, :]
        radius, angle = torch.hypot(up, right), torch.atan2(up, right)
        waves = torch.zeros_like(radius)
        for index, weight in zip(self.indices, self.amplitude * normal(len(self.indices), rng), strict=True):
            waves = waves + weight * zernike(index, radius, angle)
        pupil = torch.polar((radius <= 1).double(), 2 * math.pi * waves)
        pixels = torch.arange(self.size, dtype=torch.float64) - self.size // 2
        phase = math.pi * self.cutoff * pixels[:, None] * grid[None, :]
        lens = torch.polar(torch.ones_like(phase), phase)
        intensity = (lens @ pupil @ lens.T).abs().square()
        return {"kernel": (intensity / intensity.sum())[None]}
