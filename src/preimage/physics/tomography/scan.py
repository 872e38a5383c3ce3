"""What a scan sees: how much of the half circle of directions each view stands for, and which circle of the object."""

import math

import torch
from torch import Tensor

from preimage.physics.tomography.geometry import FanBeam, Geometry, ParallelBeam

__all__ = ["seen_radius", "view_weights"]

_GAP = 3  # times the median step between views: what is wider was not scanned


def view_weights(geometry: Geometry) -> Tensor:
    """The weight of each view in an integral over directions, in radians, (V,).

    Half of the way to each neighbour. Parallel rays at ``t`` and ``t + 180`` degrees are the same lines, so that a full
    turn counts half. Where views are missing (a step of more than three times the median) no neighbour counts.
    """
    period = math.pi if not isinstance(geometry, FanBeam) else 2 * math.pi
    angle = torch.deg2rad(torch.tensor(geometry.degrees, dtype=torch.float64)).remainder(period)
    order = angle.argsort()
    ordered = angle[order]
    step = torch.cat([ordered[1:], ordered[:1] + period]) - ordered
    distinct = step[step > 1e-9 * period]
    usual = distinct.median() if len(distinct) else step.new_tensor(period)
    step = torch.where(step > _GAP * usual, usual, step)
    weight = torch.empty_like(step)
    weight[order] = (step + step.roll(1)) / 2
    return weight if period == math.pi else weight / 2


def seen_radius(geometry: Geometry) -> float:
    """The radius of the circle around the axis of rotation that the longer side of the detector sees."""
    half = geometry.bins / 2 * geometry.spacing
    if isinstance(geometry, ParallelBeam):
        return half + abs(geometry.offset - geometry.axis)
    ratio = (half + abs(geometry.offset)) / (geometry.source + geometry.detector)
    angle = ratio if geometry.curved else math.atan(ratio)
    return geometry.source * math.sin(angle) + abs(geometry.axis) * math.cos(angle)
