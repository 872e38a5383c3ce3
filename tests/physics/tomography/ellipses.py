"""Ellipses: pictures of them, and their line integrals in closed form."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.physics.tomography.geometry import FanBeam, ParallelBeam


@dataclass(frozen=True)
class Ellipse:
    """``value (1 - r^2)^order`` inside, where ``r`` is 1 on the border: a plain ellipse for order 0, smoother above.

    The middle (x, y) and the half axes have the unit of the geometry, x right and y up from the axis of rotation.
    """

    x: float
    y: float
    a: float
    b: float
    turn: float = 0.0  # counter-clockwise, in degrees
    value: float = 1.0
    order: int = 0

    def picture(self, shape: tuple[int, int], pixel: float, finer: int = 1) -> Tensor:
        """The mean over ``finer`` by ``finer`` points of each pixel, (1, 1, H, W)."""
        rows, columns = (
            (torch.arange(n * finer, dtype=torch.float64) - (n * finer - 1) / 2) * pixel / finer for n in shape
        )
        u, v = self._local(columns, -rows[:, None])
        inside = (1 - u**2 - v**2).clamp_min(0)
        image = self.value * (inside**self.order if self.order else (inside > 0).double())
        return torch.nn.functional.avg_pool2d(image[None, None], finer)

    def integral(self, start: Tensor, direction: Tensor) -> Tensor:
        """Along lines through ``start`` with unit ``direction``, both (..., 2)."""
        u, v = self._local(start[..., 0], start[..., 1])
        p, q = self._local(direction[..., 0] + self.x, direction[..., 1] + self.y)
        # 1 - |w + t d|^2 = c - a t^2 beside its maximum.
        a = p**2 + q**2
        c = (1 - u**2 - v**2 + (u * p + v * q) ** 2 / a).clamp_min(0)
        factor = {0: 2.0, 1: 4 / 3, 2: 16 / 15}[self.order]
        return self.value * factor * c ** (self.order + 0.5) / a.sqrt()

    def _local(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        turn = torch.deg2rad(torch.tensor(self.turn, dtype=torch.float64))
        x, y = x - self.x, y - self.y
        return (x * turn.cos() + y * turn.sin()) / self.a, (y * turn.cos() - x * turn.sin()) / self.b


def lines(geometry: ParallelBeam | FanBeam, finer: int = 1) -> tuple[Tensor, Tensor]:
    """Start and direction of ``finer`` rays in each bin, (V, K, finer, 2), from the sentences of the documentation."""
    t = torch.deg2rad(torch.tensor(geometry.degrees, dtype=torch.float64))[:, None, None]
    k = torch.arange(geometry.bins, dtype=torch.float64)[:, None] + (torch.arange(finer) + 0.5) / finer - 0.5
    s = (k - (geometry.bins - 1) / 2) * geometry.spacing + geometry.offset
    if isinstance(geometry, ParallelBeam):
        s = s - geometry.axis
        start = torch.stack([s * t.cos(), s * t.sin()], -1)
        return start, torch.stack([-t.sin(), t.cos()], -1).expand(start.shape)
    distance = geometry.source + geometry.detector
    across, ahead = ((s / distance).sin(), (s / distance).cos()) if geometry.curved else (s / distance, 1.0 + 0 * s)
    rays = torch.stack([across * t.cos() - ahead * t.sin(), across * t.sin() + ahead * t.cos()], -1)
    x = geometry.source * t.sin() - geometry.axis * t.cos()
    y = -geometry.source * t.cos() - geometry.axis * t.sin()
    return torch.stack([x, y], -1).expand(rays.shape), rays / rays.norm(dim=-1, keepdim=True)


def sinogram(geometry: ParallelBeam | FanBeam, *ellipses: Ellipse, finer: int = 8) -> Tensor:
    """Line integrals, averaged over the bins, (1, 1, V, K)."""
    start, direction = lines(geometry, finer)
    return sum(ellipse.integral(start, direction).mean(-1) for ellipse in ellipses)[None, None]  # type: ignore[index]
