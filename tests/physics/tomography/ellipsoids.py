"""Ellipsoids: volumes of them, and their line integrals along a cone of rays in closed form."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.physics.tomography.geometry import ConeBeam


@dataclass(frozen=True)
class Ellipsoid:
    """``value (1 - r^2)^order`` inside, where ``r`` is 1 on the surface.

    ``middle`` and ``axes`` are (x, y, z) in the unit of the geometry: x right, y up in each image, z along the axis of
    rotation.
    """

    middle: tuple[float, float, float]
    axes: tuple[float, float, float]
    value: float = 1.0
    order: int = 0

    def volume(self, shape: tuple[int, int, int], voxel: float, finer: int = 1) -> Tensor:
        """The mean over ``finer`` cubed points of each voxel, (1, 1, D, H, W)."""
        z, y, x = ((torch.arange(n * finer, dtype=torch.float64) - (n * finer - 1) / 2) * voxel / finer for n in shape)
        u, v, w = (
            (place - middle) / axis for place, middle, axis in zip((x, -y, z), self.middle, self.axes, strict=True)
        )
        inside = (1 - u**2 - v[:, None] ** 2 - w[:, None, None] ** 2).clamp_min(0)
        values = self.value * (inside**self.order if self.order else (inside > 0).double())
        return torch.nn.functional.avg_pool3d(values[None, None], finer)

    def integral(self, start: Tensor, direction: Tensor) -> Tensor:
        """Along lines through ``start`` with unit ``direction``, both (..., 3)."""
        axes = torch.tensor(self.axes, dtype=torch.float64)
        p, d = (start - torch.tensor(self.middle, dtype=torch.float64)) / axes, direction / axes
        a, b = (d**2).sum(-1), (p * d).sum(-1)
        c = (1 - (p**2).sum(-1) + b**2 / a).clamp_min(0)
        factor = {0: 2.0, 1: 4 / 3, 2: 16 / 15}[self.order]
        return self.value * factor * c ** (self.order + 0.5) / a.sqrt()


def cone_views(geometry: ConeBeam, *bodies: Ellipsoid, finer: int = 3) -> Tensor:
    """Line integrals, averaged over the cells, (1, 1, V, M, K), from the sentences of the documentation."""
    t = torch.deg2rad(torch.tensor(geometry.degrees, dtype=torch.float64))[:, None, None]
    inner = (torch.arange(finer) + 0.5) / finer - 0.5
    k = (torch.arange(geometry.bins, dtype=torch.float64)[:, None] + inner).flatten()
    m = (torch.arange(geometry.rows, dtype=torch.float64)[:, None] + inner).flatten()[:, None]
    s = (k - (geometry.bins - 1) / 2) * geometry.spacing + geometry.offset
    h = (m - (geometry.rows - 1) / 2) * geometry.row_height + geometry.row_offset
    distance = geometry.source + geometry.detector
    across, ahead = s, torch.full_like(s, distance)
    if geometry.curved:
        across, ahead = distance * (s / distance).sin(), distance * (s / distance).cos()
    x, y = across * t.cos() - ahead * t.sin(), across * t.sin() + ahead * t.cos()
    rays = torch.stack(torch.broadcast_tensors(x, y, h), -1)
    rise = torch.tensor(geometry.rises, dtype=torch.float64)[:, None, None]
    sx = geometry.source * t.sin() - geometry.axis * t.cos()
    sy = -geometry.source * t.cos() - geometry.axis * t.sin()
    start = torch.stack([sx, sy, rise], -1).expand(rays.shape)
    total = sum(body.integral(start, rays / rays.norm(dim=-1, keepdim=True)) for body in bodies)
    return torch.nn.functional.avg_pool2d(total, finer)[None, None]  # type: ignore[arg-type]
