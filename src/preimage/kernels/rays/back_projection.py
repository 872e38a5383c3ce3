"""Back-projection of filtered views: for each pixel, the sum of what its rays measure."""

import torch
from torch import Tensor

from preimage.kernels.rays.back_projection_loops import back_project_by_loops
from preimage.kernels.rays.pixel_rays import PixelRays
from preimage.machine.compiler import can_compile

__all__ = ["back_project", "back_project_by_tensors"]


def back_project(q: Tensor, rays: PixelRays) -> Tensor:
    """For planes ``q`` (P, V, K) the sum over views, linear between bins and zero beyond them: (P, H, W)."""
    if q.numel() and can_compile(q):
        return back_project_by_loops(q, rays)
    return back_project_by_tensors(q, rays)


def back_project_by_tensors(q: Tensor, rays: PixelRays) -> Tensor:
    """The same by tensor operations, which define it."""
    height, width = rays.shape
    row = torch.arange(height, dtype=torch.float64)[:, None]
    column = torch.arange(width, dtype=torch.float64)
    total = q.new_zeros(len(q), height * width)
    bins = q.shape[2]
    for v, (across, ahead) in enumerate(zip(rays.across.tolist(), rays.ahead.tolist(), strict=True)):
        a = across[0] + across[1] * row + across[2] * column
        b = ahead[0] + ahead[1] * row + ahead[2] * column
        ratio = (a / b).atan() if rays.is_curved else a / b
        u = (rays.zero + rays.gain * ratio).flatten()
        before = u.floor()
        for m, part in ((0, before + 1 - u), (1, u - before)):
            index = before.long() + m
            seen = (index >= 0) & (index < bins)
            factor = torch.where(seen, part / b.flatten() ** 2, 0).to(q.device, q.dtype)
            total = total + q[:, v, index.clamp(0, bins - 1).to(q.device)] * factor
    return total.reshape(-1, height, width)
