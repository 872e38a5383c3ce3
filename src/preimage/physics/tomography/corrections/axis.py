"""The axis of rotation of a scan, found in its sinogram."""

import math

import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.physics.tomography.cone_rays import row_heights
from preimage.physics.tomography.corrections.gaps import refuse_gaps
from preimage.physics.tomography.corrections.opposite import match_mirrored
from preimage.physics.tomography.corrections.wedge import match_half_turn
from preimage.physics.tomography.geometry import ConeBeam, FanBeam, Geometry, ParallelBeam
from preimage.physics.tomography.scan import steps

__all__ = ["find_axis"]


def find_axis(y: Tensor, geometry: Geometry | ConeBeam) -> Tensor:
    """Where the axis of rotation is seen, for each sample: the ``axis`` of ``geometry``, (B,), in its unit.

    The ``axis`` that ``geometry`` has is not looked at. In a full turn every line is measured twice, from opposite
    sides, and the axis is where both agree best, to a fraction of a bin; the detector has to reach beyond the axis by
    an eighth of its bins on both sides. In half a turn of parallel rays no line is measured twice; there the axis is
    taken for which the sinogram and its mirror image make up a full turn, whose Fourier transform is empty outside of a
    double wedge; the object has to be seen whole. A cone is judged by its rows in the plane of the source. Channels are
    taken together; nothing is differentiable.

        axis = find_axis(y, geometry)
        geometry = dataclasses.replace(geometry, axis=axis.mean().item())

    Args:
        y: line integrals (B, C, V, K), or (B, C, V, M, K) of a cone.

    Raises:
        ArgumentError: parallel rays go less than half a turn, or a fan or a cone less than a full one; a value is not
            finite; or the detector of a cone does not reach the plane of the source.
        ShapeError: ``y`` does not have the shape that the geometry measures.

    Source: Vo, Drakopoulos, Atwood & Reinhard, "Reliable method for calculating the center of rotation in
    parallel-beam tomography", Optics Express 22, 2014.
    """
    rows = (geometry.rows,) if isinstance(geometry, ConeBeam) else ()
    shape = (geometry.views, *rows, geometry.bins)
    if tuple(y.shape[2:]) != shape:
        wanted = ", ".join(map(str, shape))
        raise ShapeError(f"`y` must have shape (B, C, {wanted}), got {tuple(y.shape)}; give the geometry of the scan.")
    refuse_gaps(y, "finding the axis")
    extent = steps(geometry.degrees, 2 * math.pi)[2]
    is_full = extent > 2 * math.pi - 1e-6
    wide = y.detach().real.double()
    if isinstance(geometry, ParallelBeam):
        if extent < math.pi - 1e-6:
            raise _too_short(extent, "half a turn of parallel rays")
        place = _bins(geometry)
        straight = torch.zeros_like(place)
        degrees = geometry.degrees
        index = match_mirrored(wide, degrees, straight) if is_full else match_half_turn(wide, degrees)
        return _between(place, index).to(y.real.dtype)
    if not is_full:
        raise _too_short(extent, "a full turn of a fan or a cone")
    if isinstance(geometry, ConeBeam):
        wide, geometry = _in_plane(wide, geometry), geometry.fan
    angle, wide = _even_angles(wide, geometry)
    found = _between(angle, match_mirrored(wide, geometry.degrees, angle))
    return (geometry.source * found.tan()).to(y.real.dtype)


def _too_short(extent: float, wanted: str) -> ArgumentError:
    return ArgumentError(
        f"`geometry` must go {wanted} for its axis to be found, got {math.degrees(extent):.4g} degrees; reconstruct "
        "with a few values of `axis` and take that of the sharpest image."
    )


def _bins(geometry: Geometry) -> Tensor:
    place = torch.arange(geometry.bins, dtype=torch.float64) - (geometry.bins - 1) / 2
    return place * geometry.spacing + geometry.offset


def _between(place: Tensor, index: Tensor) -> Tensor:
    """The place of bin ``index``, which is a fraction, on an even grid."""
    return place[0] + index.cpu() * (place[-1] - place[0]) / (len(place) - 1)


def _in_plane(y: Tensor, cone: ConeBeam) -> Tensor:
    """What a cone measures in the plane of the source: between the two rows beside it, (B, C, V, K)."""
    height = row_heights(cone, cone.rows)
    m = (-height[0] / cone.row_height).item()
    if not -0.5 <= m <= cone.rows - 0.5:
        raise ArgumentError(
            f"`row_offset` must let the detector reach the plane of the source for the axis to be found, got "
            f"{cone.row_offset}; reconstruct with a few values of `axis` and take that of the sharpest image."
        )
    low = min(max(math.floor(m), 0), cone.rows - 1)
    high = min(low + 1, cone.rows - 1)
    return torch.lerp(y[:, :, :, low], y[:, :, :, high], min(max(m - low, 0.0), 1.0))


def _even_angles(y: Tensor, fan: FanBeam) -> tuple[Tensor, Tensor]:
    """Angles of the rays from the middle one, equally spaced, and what is measured there."""
    ratio = _bins(fan) / (fan.source + fan.detector)
    if fan.curved:
        return ratio, y
    angle = torch.linspace(ratio[0].atan().item(), ratio[-1].atan().item(), fan.bins, dtype=torch.float64)
    index = ((angle.tan() - ratio[0]) / (ratio[-1] - ratio[0]) * (fan.bins - 1)).clamp(0, fan.bins - 1)
    low = index.floor().clamp_max(max(fan.bins - 2, 0)).long()
    high = (low + 1).clamp_max(fan.bins - 1)
    return angle, torch.lerp(y[..., low], y[..., high], (index - low).to(y.device))
