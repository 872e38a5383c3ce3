"""Filtered back-projection."""

import math

import torch
from torch import Tensor

from preimage.kernels.rays.back_projection import back_project
from preimage.kernels.rays.pixel_rays import PixelRays
from preimage.physics.tomography.filters import Window, check_window, filter_views, ramp
from preimage.physics.tomography.geometry import Geometry, ParallelBeam
from preimage.physics.tomography.rays import axes_of
from preimage.physics.tomography.scan import ray_weights, seen_radius, steps

__all__ = ["filter_sinograms", "filtered_back_projection", "is_seen", "pixel_rays"]


def filtered_back_projection(
    y: Tensor, geometry: Geometry, shape: tuple[int, int], pixel: float, window: Window
) -> Tensor:
    """Images (P, H, W) of sinograms (P, V, K): see :meth:`preimage.physics.Tomography.fbp`."""
    filtered, margin, finer = filter_sinograms(y, geometry, window)
    rays = pixel_rays(geometry, shape, pixel, finer, margin)
    if rays.is_curved:
        # An arc counts by the distance from the source, which is longer than that along the middle ray by the cosine.
        angle = (torch.arange(filtered.shape[-1], dtype=torch.float64) - rays.zero) / rays.gain
        filtered = filtered * (angle.cos() ** 2).to(y.device, y.dtype)
    return back_project(filtered, rays) * is_seen(geometry, shape, pixel).to(y.device)


def filter_sinograms(y: Tensor, geometry: Geometry, window: Window) -> tuple[Tensor, int, int]:
    """Sinograms (..., V, K), weighted and filtered; how many bins were added on each side; how many samples a bin."""
    check_window(window)
    distinct = tuple({angle % 360 for angle in geometry.degrees})
    directions = math.pi / steps(distinct, 2 * math.pi)[0].median().item()
    finer = 2 if 2 * directions >= geometry.bins else 1
    margin = _margin(geometry)
    count = geometry.bins + 2 * margin
    place = (torch.arange(geometry.bins, dtype=torch.float64) - (geometry.bins - 1) / 2) * geometry.spacing
    place = place + geometry.offset
    if isinstance(geometry, ParallelBeam):
        weight = ray_weights(geometry, place - geometry.axis)
        step, response = geometry.spacing, ramp(count, geometry.spacing)
    else:
        ratio = place / (geometry.source + geometry.detector)
        angle = ratio if geometry.curved else ratio.atan()
        # A line's distance from the axis changes with its angle by `source cos + axis sin`.
        weight = ray_weights(geometry, angle) * (geometry.source * angle.cos() + geometry.axis * angle.sin())
        step = geometry.spacing / (geometry.source + geometry.detector)
        response = ramp(count, step, sine=geometry.curved)
    return filter_views(y * weight.to(y.device, y.dtype), response, step, window, margin, finer), margin, finer


def pixel_rays(geometry: Geometry, shape: tuple[int, int], pixel: float, finer: int, margin: int) -> PixelRays:
    """For views at ``finer`` samples a bin, from ``margin`` bins before the first."""
    along, ray = axes_of(geometry)
    # The middle of pixel (i, j), from the axis of rotation: corner + i down + j right.
    corner = [-(shape[1] - 1) / 2 * pixel, (shape[0] - 1) / 2 * pixel]
    place = torch.tensor([corner, [0, -pixel], [pixel, 0]], dtype=torch.float64)
    across, ahead = along @ place.T, ray @ place.T
    first = torch.tensor([1.0, 0.0, 0.0], dtype=torch.float64)
    middle = (geometry.bins - 1) / 2 - geometry.offset / geometry.spacing + margin
    if isinstance(geometry, ParallelBeam):
        zero, gain = middle + geometry.axis / geometry.spacing, 1 / geometry.spacing
        return PixelRays(shape, across, first.expand(len(ray), 3), finer * zero, finer * gain, True, False)
    gain = (geometry.source + geometry.detector) / geometry.spacing
    across, ahead = across + geometry.axis * first, ahead + geometry.source * first
    return PixelRays(shape, across, ahead, finer * middle, finer * gain, False, geometry.curved)


def _margin(geometry: Geometry) -> int:
    """How many bins beyond its shorter side the detector would have to be as long there as on the other."""
    beside = abs(geometry.offset - geometry.axis) if isinstance(geometry, ParallelBeam) else abs(geometry.offset)
    return min(math.ceil(2 * beside / geometry.spacing) + 1, geometry.bins)


def is_seen(geometry: Geometry, shape: tuple[int, int], pixel: float) -> Tensor:
    """The pixels, (H, W), whose middle is in the circle that the detector sees."""
    y, x = (torch.arange(n, dtype=torch.float64) - (n - 1) / 2 for n in shape)
    return (x**2 + y[:, None] ** 2).sqrt() * pixel <= seen_radius(geometry)
