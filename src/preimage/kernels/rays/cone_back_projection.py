"""Back-projection of filtered views of a cone: for each voxel, the sum of what its rays measure."""

import torch
from torch import Tensor

from preimage.kernels.rays.cone_back_projection_loops import back_project_cone_by_loops
from preimage.kernels.rays.voxel_rays import VoxelRays
from preimage.machine.compiler import can_compile

__all__ = ["back_project_cone", "back_project_cone_by_tensors"]


def back_project_cone(q: Tensor, rays: VoxelRays) -> Tensor:
    """For views ``q`` (P, V, M, K) the sum over views of what each voxel is seen at, (P, D, H, W).

    It is interpolated between rows and columns and divided by the squared distance. Beyond the first and the last row
    these go on; beyond the first and the last column there is nothing.
    """
    if q.numel() and can_compile(q):
        return back_project_cone_by_loops(q, rays)
    return back_project_cone_by_tensors(q, rays)


def back_project_cone_by_tensors(q: Tensor, rays: VoxelRays) -> Tensor:
    """The same by tensor operations, which define it."""
    plane = rays.plane
    row = torch.arange(plane.shape[0], dtype=torch.float64)[:, None]
    column = torch.arange(plane.shape[1], dtype=torch.float64)
    height = (torch.arange(rays.depth, dtype=torch.float64) - (rays.depth - 1) / 2)[:, None, None] * rays.lift
    total = q.new_zeros(len(q), rays.depth, *plane.shape)
    for v in range(q.shape[1]):
        a, b = (t[v, 0] + t[v, 1] * row + t[v, 2] * column for t in (plane.across, plane.ahead))
        u = plane.zero + plane.gain * ((a / b).atan() if plane.is_curved else a / b)
        squared = a**2 + b**2 if plane.is_curved else b**2
        m = rays.middle + height / squared.sqrt()
        total = total + _bilinear(q[:, v], m, u.expand_as(m)) * (1 / squared).to(q.device, q.dtype)
    return total * rays.seen.to(q.device)


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
