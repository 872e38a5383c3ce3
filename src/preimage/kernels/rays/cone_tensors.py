"""Distance-driven projection of volumes by a cone of rays, in tensor operations."""

import math

import torch
from torch import Tensor

from preimage.kernels.rays.cone_slabs import ConeSlabs
from preimage.kernels.rays.projection_tensors import taps_of

__all__ = ["project_cone_by_tensors", "smear_cone_by_tensors"]


def project_cone_by_tensors(x: Tensor, cone: ConeSlabs) -> Tensor:
    """What the cells measure of volumes ``x`` (P, D, H, W): (P, V, M, K)."""
    views = []
    for v, rows in enumerate(cone.slabs.along_rows):
        volume = x if rows else x.mT
        profile = x.new_zeros(1)
        for index, weight in taps_of(cone.slabs, v, x):
            profile = profile + volume.gather(3, index.expand(*volume.shape[:2], -1, -1)) * weight
        total = x.new_zeros(1)
        for index, weight in _heights(cone, v, x):
            total = total + (profile.gather(1, index.expand(len(x), -1, -1, -1)) * weight).sum(2)
        views.append(total.flip(-1) if cone.slabs.flipped[v] else total)
    return torch.stack(views, 1)


def smear_cone_by_tensors(y: Tensor, cone: ConeSlabs) -> Tensor:
    """The adjoint of :func:`project_cone_by_tensors`: volumes (P, D, H, W) of ``y`` (P, V, M, K)."""
    height, width = cone.slabs.shape
    result = y.new_zeros(len(y), cone.depth, height, width)
    for v, rows in enumerate(cone.slabs.along_rows):
        value = y[:, v].flip(-1) if cone.slabs.flipped[v] else y[:, v]
        slab_count, length = (height, width) if rows else (width, height)
        profile = y.new_zeros(len(y), cone.depth, slab_count, y.shape[3])
        for index, weight in _heights(cone, v, y):
            profile = profile.scatter_add(1, index.expand(len(y), -1, -1, -1), value[:, :, None] * weight)
        volume = y.new_zeros(len(y), cone.depth, slab_count, length)
        for index, weight in taps_of(cone.slabs, v, y):
            volume = volume.scatter_add(3, index.expand(len(y), cone.depth, -1, -1), profile * weight)
        result = result + (volume if rows else volume.mT)
    return result


def _heights(cone: ConeSlabs, v: int, like: Tensor) -> list[tuple[Tensor, Tensor]]:
    """The voxels that cells may see of a column, and how much of them: index and weight, both (M, R, K)."""
    slabs = cone.slabs
    count = slabs.shape[0] if slabs.along_rows[v] else slabs.shape[1]
    scale = slabs.scale[v, 0] + slabs.scale[v, 1] * torch.arange(count, dtype=torch.float64)
    border = cone.base[v] + cone.heights[:, None, None] * cone.gain[v] * scale[:, None]  # (M + 1, R, K)
    start, end = border[:-1].to(like.device), border[1:].to(like.device)
    factor = (cone.tilt(slice(v, v + 1))[0][:, None] / scale[:, None]).to(like.device)
    found = []
    for m in range(math.ceil(cone.tallest_cell) + 1):
        voxel = start.floor() + m
        overlap = torch.minimum(end, voxel + 1) - torch.maximum(start, voxel)
        inside = (voxel >= 0) & (voxel < cone.depth)
        weight = torch.where(inside, overlap.clamp_min(0) * factor, 0)
        found.append((voxel.clamp(0, cone.depth - 1).long(), weight.to(like.dtype)))
    return found
