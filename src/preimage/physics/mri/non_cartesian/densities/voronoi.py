"""Density compensation by the cells around samples."""

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from preimage._optional import require
from preimage.errors import ArgumentError
from preimage.physics.mri.non_cartesian.points import check_trajectory

__all__ = ["voronoi"]

_Array = NDArray[np.float64]


def voronoi(trajectory: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The areas of the cells that are nearer to a sample than to any other, in two dimensions; volumes in three.

    Samples at the same place share their cell. Those at the rim, whose cells reach beyond all samples, get the area of
    the nearest cell that does not. It needs SciPy (the extra ``io``), and in three dimensions minutes for a hundred
    thousand samples. Where lines cross in the middle areas are a little too large there: values become 1 or 2 % too
    high, which :func:`pipe_menon` and :func:`ramp_density` avoid.

    Args:
        trajectory: (samples, d) or (shots, samples, d) in cycles per pixel.
        shape: the size of the image.

    Shapes: ``trajectory`` without its last dimension, float64. The unit is that of all densities here: pixels times the
        area of k-space, in (cycles per pixel)^d, for which a sample stands.

    Raises:
        ArgumentError: the trajectory is one for each image, beyond 0.5, or no cell is closed.
        ShapeError: it has other dimensions.
        MissingDependency: SciPy is not installed.
    """
    check_trajectory(trajectory, len(shape))
    if trajectory.ndim > 3:
        raise ArgumentError(f"`trajectory` must be that of one image, got {tuple(trajectory.shape)}; take one by one.")
    spatial = require("scipy.spatial", "io", "Voronoi's density compensation")
    points = trajectory.detach().cpu().double().reshape(-1, len(shape)).numpy()
    # Within a millionth of the range two samples are one.
    _, first, index, counts = np.unique(
        np.round(points * 1e6), axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    places = points[first]
    areas = _cells(places, spatial)
    closed = np.isfinite(areas)
    if not closed.any():
        raise ArgumentError("`trajectory` must have a sample with others all around, got none; take `pipe_menon`.")
    _, nearest = spatial.cKDTree(places[closed]).query(places[~closed])
    areas[~closed] = areas[closed][nearest]
    weights = math.prod(shape) * (areas / counts)[index.reshape(-1)]
    return torch.from_numpy(weights).reshape(trajectory.shape[:-1]).to(trajectory.device)


def _cells(places: _Array, spatial: Any) -> _Array:
    """The areas of cells, not a number where one reaches beyond the places."""
    diagram = spatial.Voronoi(places)
    within = (np.abs(diagram.vertices) <= np.abs(places).max(0)).all(1)
    within &= np.linalg.norm(diagram.vertices, axis=1) <= np.linalg.norm(places, axis=1).max()
    areas = np.full(len(places), np.nan)
    for place, region in enumerate(diagram.point_region):
        corners = diagram.regions[region]
        if -1 not in corners and within[corners].all():
            areas[place] = _area(diagram.vertices[corners] - places[place], spatial)
    return areas


def _area(corners: _Array, spatial: Any) -> float:
    """The area, or volume, of a convex cell with these corners around the origin."""
    if corners.shape[1] > 2:
        return spatial.ConvexHull(corners).volume
    x, y = corners[np.arctan2(corners[:, 1], corners[:, 0]).argsort()].T
    return float(np.abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2)
