"""Distance-driven projection of volumes by a cone of rays, in tensor operations."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.kernels.projection_tensors import taps_of
from preimage.kernels.slabs import Slabs

__all__ = ["ConeSlabs", "project_cone", "smear_cone"]


@dataclass(frozen=True)
class ConeSlabs:
    """The borders of detector cells, as planes through a volume of ``depth`` images.

    In the plane of the images the columns of the detector are bins of :class:`preimage.kernels.slabs.Slabs`. The plane
    of row border ``m`` meets column ``k`` on slab ``r`` at height ``base + heights[m] gain[k] (scale[0] + r scale[1])``
    in voxels, voxel ``d`` reaching from ``d`` to ``d + 1``. What a cell measures of a slab is ``weights[k] tilt[m, k] /
    (scale[0] + r scale[1])^2`` times the sum of the voxels, each weighted by the area of it that lies in the cell.

    Attributes:
        slabs: in the plane of the images.
        depth: the number of images in the volume.
        heights: (M + 1,), ascending.
        gain: (V, K), in the order of the knots.
        base: (V,).
        tilt: (V, M, K), in the order of the knots.
        tallest_cell: in voxels; the bound on the height of a cell at any slab.
    """

    slabs: Slabs
    depth: int
    heights: Tensor
    gain: Tensor
    base: Tensor
    tilt: Tensor
    tallest_cell: float


def project_cone(x: Tensor, cone: ConeSlabs) -> Tensor:
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


def smear_cone(y: Tensor, cone: ConeSlabs) -> Tensor:
    """The adjoint of :func:`project_cone`: volumes (P, D, H, W) of ``y`` (P, V, M, K)."""
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
    factor = (cone.tilt[v][:, None] / scale[:, None]).to(like.device)
    found = []
    for m in range(math.ceil(cone.tallest_cell) + 1):
        voxel = start.floor() + m
        overlap = torch.minimum(end, voxel + 1) - torch.maximum(start, voxel)
        inside = (voxel >= 0) & (voxel < cone.depth)
        weight = torch.where(inside, overlap.clamp_min(0) * factor, 0)
        found.append((voxel.clamp(0, cone.depth - 1).long(), weight.to(like.dtype)))
    return found
