"""Filtered back-projection of cones of rays: Feldkamp, Davis and Kress."""

import torch
from torch import Tensor

from preimage.errors import CapabilityError
from preimage.kernels.rays.cone_back_projection import back_project_cone
from preimage.kernels.rays.voxel_rays import VoxelRays
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
    lift = pixel * distance / geometry.row_height
    middle = (geometry.rows - 1) / 2 - geometry.row_offset / geometry.row_height
    rays = pixel_rays(fan, shape[1:], pixel, finer, margin)
    seen = is_seen(fan, shape[1:], pixel)
    return back_project_cone(filtered.transpose(1, 2), VoxelRays(rays, shape[0], lift, middle, seen))
