"""Sensitivities of coils around the object."""

import math

import torch
from torch import Tensor

from preimage.errors import ArgumentError

__all__ = ["birdcage"]


def birdcage(
    shape: tuple[int, ...], coils: int = 8, radius: float = 1.5, dtype: torch.dtype = torch.complex64
) -> Tensor:
    r"""Sensitivities of ``coils`` loops on a cylinder around the object, of unit root sum of squares.

    In the plane, with coordinates that run over [-1, 1] and the centre of the loop ``p`` at the angle ``t``, the loop
    sees the point ``r`` with the modulus ``1 / |r - p|`` and the phase ``t`` plus the angle of ``r - p`` to the
    tangent. In volumes loops lie on two rings for each half of the first axis.

    Args:
        shape: (H, W) or (D, H, W).
        coils: how many, >= 1; in volumes even, half of them on each ring.
        radius: the radius of the cylinder; 1 touches the middle of the sides of the image. > 1 keeps loops outside of
            the object.

    Shapes: (coils, H, W) or (coils, D, H, W), complex.

    Raises:
        ArgumentError: the shape has other dimensions, there is no coil (or an odd number of them around a volume), or
            the radius is not positive.
    """
    volume = len(shape) == 3
    if len(shape) not in (2, 3) or min(shape) < 1:
        raise ArgumentError(f"`shape` must be (H, W) or (D, H, W), got {shape}; give the sizes of the image.")
    if coils < 1 or (volume and coils % 2):
        raise ArgumentError(f"`coils` must be positive, and even around a volume, got {coils}; give another number.")
    if not (math.isfinite(radius) and radius > 0):
        raise ArgumentError(f"`radius` must be positive, got {radius}; 1.5 is usual.")
    rings = 2 if volume else 1
    angle = 2 * math.pi * torch.arange(coils // rings, dtype=torch.float64).repeat(rings) * rings / coils
    place = (slice(None), *(None,) * len(shape))
    y, x = (_coordinates(size) for size in shape[-2:])
    down, right = y[:, None] - radius * angle.sin()[place], x[None, :] - radius * angle.cos()[place]
    squared = down**2 + right**2
    if volume:
        height = torch.tensor([-0.5, 0.5], dtype=torch.float64).repeat_interleave(coils // 2)[place]
        squared = squared + (_coordinates(shape[0])[:, None, None] - height) ** 2
    phase = angle[place] + torch.atan2(right, -down)
    maps = torch.polar(squared.clamp_min(1e-12).rsqrt(), phase.expand_as(squared))
    return (maps / torch.linalg.vector_norm(maps, dim=0, keepdim=True)).to(dtype)


def _coordinates(size: int) -> Tensor:
    """Places of samples along an axis, in [-1, 1], zero at ``floor(size / 2)``."""
    return (torch.arange(size, dtype=torch.float64) - size // 2) / max(size / 2, 1)
