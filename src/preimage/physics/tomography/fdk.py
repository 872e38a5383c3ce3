"""Filtered back-projection of cones of rays: Feldkamp, Davis and Kress."""

import torch
from torch import Tensor

from preimage.errors import CapabilityError
from preimage.physics.tomography.cone_rays import row_heights
from preimage.physics.tomography.fbp import filter_sinograms, is_seen, pixel_rays
from preimage.physics.tomography.filters import Window
from preimage.physics.tomography.geometry import ConeBeam

__all__ = ["feldkamp"]


def feldkamp(y: Tensor, geometry: ConeBeam, shape: tuple[int, int, int], pixel: float, window: Window) -> Tensor:
    """Volumes (P, D, H, W) of projections (P, V, M, K): see :meth:`preimage.physics.Tomography.fbp`."""
    if geometry.pitch:
        raise CapabilityError(
            f"`pitch` must be 0 for filtered back-projection, got {geometry.pitch}; reconstruct a helix by SIRT or "
            "another iterative method."
        )
    fan, distance = geometry.fan, geometry.source + geometry.detector
    heights = row_heights(geometry, geometry.rows)
    s = (torch.arange(geometry.bins, dtype=torch.float64) - (geometry.bins - 1) / 2) * geometry.spacing
    within = torch.full_like(s, distance) if geometry.curved else (distance**2 + (s + geometry.offset) ** 2).sqrt()
    cosine = within / (within**2 + heights[:, None] ** 2).sqrt()  # (M, K), of the angle with the plane of the source
    filtered, margin, finer = filter_sinograms((y * cosine.to(y.device, y.dtype)).transpose(1, 2), fan, window)
    rays = pixel_rays(fan, shape[1:], pixel, finer, margin)
    row, column = torch.arange(shape[1], dtype=torch.float64)[:, None], torch.arange(shape[2], dtype=torch.float64)
    z = (torch.arange(shape[0], dtype=torch.float64) - (shape[0] - 1) / 2)[:, None, None] * pixel
    total = y.new_zeros(len(y), *shape)
    for v in range(geometry.views):
        a, b = (t[v, 0] + t[v, 1] * row + t[v, 2] * column for t in (rays.across, rays.ahead))
        u = rays.zero + rays.gain * ((a / b).atan() if geometry.curved else a / b)
        squared = a**2 + b**2 if geometry.curved else b**2
        m = (z * distance / squared.sqrt() - geometry.row_offset) / geometry.row_height + (geometry.rows - 1) / 2
        total = total + _bilinear(filtered[:, :, v], m, u.expand_as(m)) * (1 / squared).to(y.device, y.dtype)
    return total * is_seen(fan, shape[1:], pixel).to(y.device)


def _bilinear(image: Tensor, row: Tensor, column: Tensor) -> Tensor:
    """Values of images (P, M, K) between their samples, the first and the last row going on; (P, *shape of row)."""
    rows, columns = image.shape[1:]
    row = row.clamp(0, rows - 1)
    total = image.new_zeros(len(image), *row.shape)
    for dr in (0, 1):
        for dc in (0, 1):
            r, c = row.floor() + dr, column.floor() + dc
            weight = (1 - (row - r).abs()) * (1 - (column - c).abs())
            weight = torch.where((c >= 0) & (c < columns), weight, 0)
            index = r.clamp(0, rows - 1).long() * columns + c.clamp(0, columns - 1).long()
            total = total + image.flatten(1)[:, index.to(image.device)] * weight.to(image.device, image.dtype)
    return total
