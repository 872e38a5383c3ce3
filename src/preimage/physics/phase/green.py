"""Waves of points in the plane, on a grid of pixels (two-dimensional Helmholtz equation, ``exp(-i w t)``).

``G(r) = (i / 4) H0(k |r|)`` solves ``(Laplace + k^2) G = -delta`` and travels outwards. A square pixel of side ``h``
counts as the disk of the same area, of radius ``a = h / sqrt(pi)``, over which ``G`` has closed integrals (Richmond,
"Scattering by a dielectric cylinder of arbitrary cross section shape", 1965)::

    k^2 integral of G over a pixel = (i pi k a / 2) J1(k a) H0(k r)     at the distance r from its middle, r > a
                                   = (i pi k a / 2) H1(k a) - 1         in its middle
"""

import math

import torch
from torch import Tensor

from preimage.transform import bessel_j1, hankel0, hankel1

__all__ = ["grid_kernel", "pixel_weight", "point_waves"]


def point_waves(points: Tensor, k: Tensor, pixel_size: float, shape: tuple[int, int]) -> Tensor:
    """``G`` between points outside of the image and the middles of its pixels, (1 or B, P, H, W), complex.

    Args:
        points: rows and columns in units of length, from the middle of the image, (P, 2), in double precision.
        k: wave numbers, (1 or B,), in double precision.
        pixel_size: the side of a pixel.
        shape: (H, W).
    """
    rows, columns = (_middles(size, pixel_size, points.device) for size in shape)
    along = points[:, 0, None, None] - rows[:, None], points[:, 1, None, None] - columns
    distance = (along[0].square() + along[1].square()).sqrt()
    return 0.25j * hankel0(k[:, None, None, None] * distance)


def pixel_weight(k: Tensor, pixel_size: float) -> Tensor:
    """``2 pi k a J1(k a)``, (1 or B,): what ``k^2 G`` gains by integration over a pixel, ``k^2 h^2`` for small ones."""
    radius = k * (pixel_size / math.sqrt(math.pi))
    return 2 * math.pi * radius * bessel_j1(radius)


def grid_kernel(k: Tensor, pixel_size: float, shape: tuple[int, int]) -> Tensor:
    """``k^2`` times the integral of ``G`` over a pixel, for all distances between two: (1 or B, 2 H - 1, 2 W - 1).

    The pixel itself is in the middle. Multiply a field by it for the wave that the field throws: a convolution.

    Args:
        k: wave numbers, (1 or B,), in double precision.
        pixel_size: the side of a pixel.
        shape: (H, W).
    """
    rows, columns = (torch.arange(1 - size, size, dtype=k.dtype, device=k.device) for size in shape)
    distance = pixel_size * (rows[:, None].square() + columns.square()).sqrt()
    middle = distance == 0
    waves = hankel0(k[:, None, None] * torch.where(middle, pixel_size, distance))
    radius = k * (pixel_size / math.sqrt(math.pi))
    inside = 0.5j * math.pi * radius * hankel1(radius) - 1
    return torch.where(middle, inside[:, None, None], 0.25j * pixel_weight(k, pixel_size)[:, None, None] * waves)


def _middles(size: int, pixel_size: float, device: torch.device) -> Tensor:
    return (torch.arange(size, dtype=torch.float64, device=device) - (size - 1) / 2) * pixel_size
