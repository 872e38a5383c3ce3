"""Zernike polynomials: aberrations of a circular pupil."""

import math

import torch
from torch import Tensor

from preimage.errors import ArgumentError

__all__ = ["noll_to_orders", "zernike"]


def noll_to_orders(index: int) -> tuple[int, int]:
    """Radial order ``n`` and azimuthal order ``m`` (negative for sine terms) of Noll's ``index`` >= 1."""
    if index < 1:
        raise ArgumentError(f"`index` must be at least 1, got {index}; Noll counts from one (piston).")
    n = 0
    while (n + 1) * (n + 2) // 2 < index:
        n += 1
    place = index - n * (n + 1) // 2  # 1 ... n + 1 inside the radial order
    m = 2 * (place // 2) if n % 2 == 0 else 2 * ((place - 1) // 2) + 1
    return n, (m if index % 2 == 0 else -m)


def zernike(index: int, radius: Tensor, angle: Tensor) -> Tensor:
    """Noll's polynomial number ``index`` at polar coordinates in the unit disc, of unit mean square over the disc.

    Source: Noll, "Zernike polynomials and atmospheric turbulence", JOSA 1976, equations 1 to 3.
    """
    n, m = noll_to_orders(index)
    order = abs(m)
    value = torch.zeros_like(radius)
    for s in range((n - order) // 2 + 1):
        factor = (-1) ** s * math.factorial(n - s)
        factor //= math.factorial(s) * math.factorial((n + order) // 2 - s) * math.factorial((n - order) // 2 - s)
        value = value + factor * radius ** (n - 2 * s)
    if m == 0:
        return math.sqrt(n + 1) * value
    return math.sqrt(2 * (n + 1)) * value * ((order * angle).cos() if m > 0 else (order * angle).sin())
