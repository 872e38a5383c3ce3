"""From the geometry of a tomograph to lines through an image."""

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.kernels.rays.slabs import FanBins, Slabs
from preimage.physics.tomography.geometry import FanBeam, Geometry, ParallelBeam

__all__ = ["axes_of", "slabs_of"]


def axes_of(geometry: Geometry) -> tuple[Tensor, Tensor]:
    """The unit vectors of each view, (V, 2): along the detector, and along its middle ray."""
    angle = torch.deg2rad(torch.tensor(geometry.degrees, dtype=torch.float64))
    cos, sin = angle.cos(), angle.sin()
    return torch.stack([cos, sin], 1), torch.stack([-sin, cos], 1)


def slabs_of(geometry: Geometry, shape: tuple[int, int], pixel: float) -> Slabs:
    """The borders of the bins as lines through an image of ``shape`` pixels of size ``pixel``.

    Raises:
        ArgumentError: the source is inside the image, or as near as that.
    """
    s = torch.arange(geometry.bins + 1, dtype=torch.float64) - geometry.bins / 2
    s = s * geometry.spacing + geometry.offset
    if isinstance(geometry, ParallelBeam):
        return _parallel(geometry, s - geometry.axis, shape, pixel)
    return _fan(geometry, s, shape, pixel)


def _parallel(geometry: ParallelBeam, s: Tensor, shape: tuple[int, int], pixel: float) -> Slabs:
    along, ray = axes_of(geometry)
    points = _indexed(along[:, None] * s[:, None], shape, pixel)  # (V, K + 1, 2), of which each ray meets one
    ray = ray * torch.tensor([1.0, -1.0])  # in pixels, rows count downwards
    along_rows = ray[:, 1].abs() >= ray[:, 0].abs() - 1e-9
    slope = torch.where(along_rows, ray[:, 0] / ray[:, 1], ray[:, 1] / ray[:, 0])
    points = torch.where(along_rows[:, None, None], points, points.flip(-1))
    knots = points[..., 0] - slope[:, None] * points[..., 1]
    ordered, flipped = _ascending(knots)
    weight = pixel * (1 + slope[:, None] ** 2).sqrt() / ordered.diff(dim=1)
    scale = torch.tensor([[1.0, 0.0]], dtype=torch.float64).expand(len(slope), 2)
    shift = torch.stack([slope / 2, slope], 1)
    width = geometry.spacing / pixel
    return Slabs(
        shape, _flags(along_rows), ordered, scale, shift, weight, _flags(flipped), None, width * 2**0.5, 1 / width
    )


def _fan(geometry: FanBeam, s: Tensor, shape: tuple[int, int], pixel: float) -> Slabs:
    along, ray = axes_of(geometry)
    source = -geometry.source * ray - geometry.axis * along
    distance = geometry.source + geometry.detector
    if geometry.curved:
        across, ahead = (s / distance).sin(), (s / distance).cos()
    else:
        across, ahead = s / distance, torch.ones_like(s)
    flip = torch.tensor([1.0, -1.0], dtype=torch.float64)
    rays = (along[:, None] * across[:, None] + ray[:, None] * ahead[:, None]) * flip  # (V, K + 1, 2)
    middle, source = ray * flip, _indexed(source, shape, pixel)
    along_rows = middle[:, 1].abs() >= middle[:, 0].abs() - 1e-9
    rays = torch.where(along_rows[:, None, None], rays, rays.flip(-1))
    source = torch.where(along_rows[:, None], source, source.flip(-1))
    sizes = torch.where(along_rows, shape[0], shape[1])
    sign = torch.where(source[:, 1] < sizes / 2, 1.0, -1.0).double()
    near = torch.where(sign > 0, 0.5 - source[:, 1], source[:, 1] - sizes + 0.5)
    steep = (rays[..., 1] * rays[:, :1, 1] <= 0).any()
    if steep or not (near > 0.5).all():
        raise ArgumentError(
            f"`source` must be outside the image of {shape} pixels, and its fan less wide than 90 degrees, got "
            f"{geometry.source}; move the source away, or take a smaller image."
        )
    knots = sign[:, None] * rays[..., 0] / rays[..., 1]
    knots, flipped = _ascending(knots)
    middles = (knots[:, 1:] + knots[:, :-1]) / 2
    weights = pixel * (1 + middles**2).sqrt() / knots.diff(dim=1)
    scale = torch.stack([sign * (0.5 - source[:, 1]), sign], 1)
    shift = torch.stack([source[:, 0], torch.zeros_like(sign)], 1)
    far = near + sizes - 1
    wide = (knots.diff(dim=1).amax(1) * far).max().item()
    narrow = (1 / (knots.diff(dim=1).amin(1) * near)).max().item()
    middle = torch.where(along_rows[:, None], middle, middle.flip(-1))
    before = geometry.offset / geometry.spacing
    fan = FanBins(
        sign * middle[:, 0] / middle[:, 1],
        geometry.bins / 2 + torch.where(flipped, before, -before),
        distance / geometry.spacing,
        geometry.curved,
    )
    return Slabs(shape, _flags(along_rows), knots, scale, shift, weights, _flags(flipped), fan, wide, narrow)


def _indexed(points: Tensor, shape: tuple[int, int], pixel: float) -> Tensor:
    """Points (..., 2) of the plane as columns and rows, which pixel (0, 0) covers from 0 to 1."""
    flip = torch.tensor([1.0, -1.0], dtype=torch.float64)
    return points * flip / pixel + torch.tensor([shape[1] / 2, shape[0] / 2], dtype=torch.float64)


def _ascending(knots: Tensor) -> tuple[Tensor, Tensor]:
    flipped = knots[:, 0] > knots[:, -1]
    return torch.where(flipped[:, None], knots.flip(1), knots), flipped


def _flags(tensor: Tensor) -> tuple[bool, ...]:
    return tuple(tensor.tolist())
