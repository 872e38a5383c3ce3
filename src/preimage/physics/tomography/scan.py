"""What a scan sees: for how many directions each ray stands, and which circle of the object is seen."""

import math

import torch
from torch import Tensor

from preimage.physics.tomography.geometry import FanBeam, Geometry, ParallelBeam

__all__ = ["access_order", "detector_sides", "ray_weights", "seen_radius", "steps"]

_GAP = 3  # times the median step between views: what is wider was not scanned


def steps(degrees: tuple[float, ...], period: float) -> tuple[Tensor, float, float]:
    """The weight of each view in an integral over angles, (V,), where the scan begins, and how far it goes, in radians.

    A view stands for half of the way to each neighbour on a circle of ``period``; views at one angle share what that
    stands for. Where views are missing (a step of more than three times the median) it stands there for half of the
    median step; the scan begins after that gap.
    """
    angle = torch.deg2rad(torch.tensor(degrees, dtype=torch.float64)).remainder(period)
    order = angle.argsort()
    ordered = angle[order]
    step = torch.cat([ordered[1:], ordered[:1] + period]) - ordered
    distinct = step[step > 1e-9 * period]
    usual = distinct.median() if len(distinct) else step.new_tensor(period)
    first = ordered[(int(step.argmax()) + 1) % len(ordered)].item()
    step = torch.where(step > _GAP * usual, usual, step)
    weight = torch.empty_like(step)
    weight[order] = _shared((step + step.roll(1)) / 2, step.roll(1) > 1e-9 * period)
    return weight, first, step.sum().item()


def _shared(weight: Tensor, is_first: Tensor) -> Tensor:
    """The mean of ``weight`` over each group, which begins where ``is_first``; what is before goes to the last."""
    count = int(is_first.sum())
    group = (is_first.cumsum(0) - 1).remainder(count)
    total, size = weight.new_zeros(count), weight.new_zeros(count)
    total.index_add_(0, group, weight)
    size.index_add_(0, group, torch.ones_like(weight))
    return (total / size)[group]


def ray_weights(geometry: Geometry, place: Tensor) -> Tensor:
    """The weight of each ray in an integral over a half turn of directions, in radians, (V, K).

    Rays along one line share its weight: those of a full turn count half, where the opposite ray is measured, too, and
    those of a short scan by a fan as Parker says. Where the detector reaches farther on one side, rays of a full turn
    that have no opposite count whole, with a smooth transition.

    Args:
        place: where the bins are on the detector, in radians from the source for a fan, (K,).

    Source: Parker, Medical Physics 9, 1982; Wang, Medical Physics 29, 2002.
    """
    weight, first, extent = steps(geometry.degrees, 2 * math.pi)
    is_full = extent > 2 * math.pi - 1e-6
    short, long = detector_sides(geometry, place)
    if is_full and long - short > 1e-6 * long:
        return weight[:, None] * _one_sided(place, short, long)
    if isinstance(geometry, ParallelBeam):
        return steps(geometry.degrees, math.pi)[0][:, None].expand(-1, len(place))
    if is_full:
        return (weight / 2)[:, None].expand(-1, len(place))
    turned = torch.deg2rad(torch.tensor(geometry.degrees, dtype=torch.float64))[:, None] - first
    return weight[:, None] * _parker(turned.remainder(2 * math.pi), place, extent)


def detector_sides(geometry: Geometry, place: Tensor) -> tuple[float, float]:
    """How far the detector reaches from the axis of rotation on its shorter and on its longer side."""
    half = (place[-1] - place[0]).item() / (2 * max(len(place) - 1, 1))
    axis = geometry.axis / geometry.source if isinstance(geometry, FanBeam) else 0.0  # where the axis is seen
    ends = abs(place[0].item() - half - axis), abs(place[-1].item() + half - axis)
    return min(ends), max(ends)


def _one_sided(place: Tensor, short: float, long: float) -> Tensor:
    """One half in the middle, one on the longer side beyond ``short``, zero on the other, smooth in between."""
    width = min(short, 5 * (long - short))
    side = 1.0 if abs(place[-1]) > abs(place[0]) else -1.0
    part = ((place * side).abs() - (short - width)) / max(width, 1e-12)
    rise = (part.clamp(0, 1) * math.pi / 2).sin() ** 2 / 2
    return 0.5 + rise * (place * side).sign()


def _parker(turned: Tensor, angle: Tensor, extent: float) -> Tensor:
    """Parker's weights at angles ``turned`` from the first view, for rays at ``angle`` from the middle one."""
    angle = -angle  # the direction of a ray is that of the view less its angle
    spare = max((extent - math.pi) / 2, 1e-6)
    early, late = (spare - angle).clamp_min(1e-9), (spare + angle).clamp_min(1e-9)
    begin = (math.pi / 4 * (turned / early).clamp(0, 2)).sin() ** 2
    end = (math.pi / 4 * ((extent - turned) / late).clamp(0, 2)).sin() ** 2
    return torch.where(turned < 2 * early, begin, torch.where(turned > math.pi - 2 * angle, end, 1.0))


def seen_radius(geometry: Geometry) -> float:
    """The radius of the circle around the axis of rotation that the longer side of the detector sees."""
    half = geometry.bins / 2 * geometry.spacing
    if isinstance(geometry, ParallelBeam):
        return half + abs(geometry.offset - geometry.axis)
    ratio = (half + abs(geometry.offset)) / (geometry.source + geometry.detector)
    angle = ratio if geometry.curved else math.atan(ratio)
    return geometry.source * math.sin(angle) + abs(geometry.axis) * math.cos(angle)


def access_order(count: int) -> tuple[int, ...]:
    """``0 ... count - 1`` in an order in which neighbours are far apart: by their binary digits, read backwards."""
    digits = max(count - 1, 1).bit_length()
    return tuple(sorted(range(count), key=lambda i: int(f"{i:0{digits}b}"[::-1], 2)))
