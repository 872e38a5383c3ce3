"""A slice seen by several coils, and how far estimated sensitivities are from the true ones."""

import torch
from torch import Tensor

from preimage.physics import coils

__all__ = ["angles", "disk", "seen"]


def disk(size: int) -> Tensor:
    """A disk with a texture, zero outside."""
    y, x = torch.meshgrid(*(torch.linspace(-1, 1, size),) * 2, indexing="ij")
    return ((x / 0.7) ** 2 + (y / 0.85) ** 2 < 1) * (1 + 0.3 * torch.sin(9 * x) * torch.cos(7 * y))


def seen(size: int, count: int = 6) -> tuple[Tensor, Tensor]:
    """The sensitivities (coils, H, W) and the image of every coil (1, coils, H, W)."""
    maps = coils.birdcage((size, size), count)
    return maps, (maps * disk(size))[None]


def angles(maps: Tensor, truth: Tensor) -> Tensor:
    """Degrees between two sets of sensitivities (coils, H, W) in every pixel of the disk."""
    sizes = torch.linalg.vector_norm(maps, dim=0) * torch.linalg.vector_norm(truth, dim=0)
    cosine = (maps.conj() * truth).sum(0).abs() / sizes.clamp_min(1e-9)
    return torch.rad2deg(torch.acos(cosine.clamp(max=1)))[disk(maps.shape[-1]) > 0]
