"""Random blurs of an aberrated, diffraction-limited lens."""

import math
from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import Tensor

from preimage._ranges import check_count, check_interval, check_level
from preimage.physics.blur.zernike import zernike
from preimage.physics.parameters.base import ParameterGenerator, normal

__all__ = ["DiffractionBlurGenerator"]

_PUPIL = 128  # samples across the pupil
_TOGETHER = 4  # wavefronts worked on at a time: 3 MB


class DiffractionBlurGenerator(ParameterGenerator):
    r"""Kernels ``|sum_q P(q) exp(2 pi i (cutoff / 2) q . p)|^2`` of a circular pupil with a random wavefront.

    ``P(q) = exp(2 pi i sum_j a_j Z_j(q))`` on the unit disc ``|q| <= 1``, with Zernike polynomials ``Z_j`` in Noll's
    order and independent normal ``a_j``. Light is incoherent and monochromatic; kernels are sampled at pixel centres.

    Args:
        size: height and width of the kernels, >= 1.
        cutoff: frequency above which the lens passes nothing, in cycles per pixel, in (0, 1]; up to 0.5 the kernel
            is sampled without aliasing. Small values blur more.
        amplitude: standard deviation of each ``a_j`` in wavelengths; 0 gives the Airy pattern; >= 0.
        indices: Noll's numbers of the aberrations; by default defocus (4) to spherical (11). Piston (1) has no effect
            and the tilts (2, 3) only shift the image.

    Shapes: ``kernel`` (B, 1, size, size).

    Raises:
        ArgumentError: a number is out of its range.

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
        check_count("size", size, "25 is the default")
        check_interval("cutoff", cutoff, "(0, 1]", "it is in cycles per pixel")
        check_level("amplitude", amplitude, "zero is a perfect lens", zero=True)
        self.size = size
        self.cutoff = cutoff
        self.amplitude = amplitude
        self.indices = indices

    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        """A random kernel, as the parameter ``kernel``."""
        return {name: value[0] for name, value in self.draw_batch(1, rng).items()}

    def draw_batch(self, batch: int, rng: torch.Generator | None) -> dict[str, Tensor]:
        """Random kernels, as the parameter ``kernel``."""
        # Image by image: fewer than 16 normal numbers asked for at once are others than one by one.
        weights = torch.stack([normal(len(self.indices), rng) for _ in range(batch)])
        return {"kernel": torch.cat([self._kernels(part) for part in (self.amplitude * weights).split(_TOGETHER)])}

    def _kernels(self, weights: Tensor) -> Tensor:
        """The kernels (B, 1, size, size) of wavefronts with ``weights`` (B, J)."""
        inside, polynomials = _pupil(tuple(self.indices))
        phase = (2 * math.pi * weights) @ polynomials
        pupil = torch.complex(phase.cos().mul_(inside), phase.sin().mul_(inside)).reshape(-1, _PUPIL)
        pixels = torch.arange(self.size, dtype=torch.float64) - self.size // 2
        turn = math.pi * self.cutoff * pixels[:, None] * _grid()[None, :]
        lens = torch.complex(turn.cos(), turn.sin())
        amplitude = lens @ (pupil @ lens.T).reshape(-1, _PUPIL, self.size)
        intensity = amplitude.real.square() + amplitude.imag.square()
        return (intensity / intensity.sum((1, 2), keepdim=True))[:, None]


def _grid() -> Tensor:
    """Positions in the pupil along one axis, in units of its radius."""
    return (torch.arange(_PUPIL, dtype=torch.float64) + 0.5) * (2 / _PUPIL) - 1


@lru_cache(maxsize=8)
def _pupil(indices: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """One inside of the pupil, else zero, (N,), and its Zernike polynomials, (J, N)."""
    up, right = -_grid()[:, None], _grid()[None, :]
    radius, angle = torch.hypot(up, right).flatten(), torch.atan2(up, right).flatten()
    polynomials = [zernike(index, radius, angle) for index in indices]
    return (radius <= 1).double(), torch.stack(polynomials) if polynomials else radius.new_zeros(0, len(radius))
