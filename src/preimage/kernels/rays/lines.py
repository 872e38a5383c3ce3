"""Lines through an image or a volume, slab by slab, as numbers that kernels read."""

from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["Lines", "Sheaf", "lines_of"]


@dataclass(frozen=True)
class Sheaf:
    """Lines that run along one axis of the image more than along any other.

    They see the image as a pile of slabs across this axis. Line ``l`` meets slabs ``first[l] <= r < last[l]`` at the
    places ``start[l] + r slope[l]`` on the other axes, in voxels, whose middles are the integers. What it sees there is
    interpolated linearly, and counts ``weight[l]``, the length of the line in a slab.

    Attributes:
        axis: the axis of the slabs.
        index: (N,), the numbers of the lines.
        start, slope: (N, n - 1) for an image of n axes, float64.
        first, last: (N,).
        weight: (N,), float64.
    """

    axis: int
    index: Tensor
    start: Tensor
    slope: Tensor
    first: Tensor
    last: Tensor
    weight: Tensor


@dataclass(frozen=True)
class Lines:
    """Lines through images of ``shape`` pixels, (H, W) or (D, H, W).

    The sum over the slabs of a line is the method of Joseph, IEEE Transactions on Medical Imaging 1, 1982: the
    integral along the line of the image that is interpolated linearly in every slab, by one sample a slab.

    Attributes:
        shape: the size of the image.
        count: how many lines there are.
        sheaves: one for each axis; every line is in one of them.
    """

    shape: tuple[int, ...]
    count: int
    sheaves: tuple[Sheaf, ...]


def lines_of(start: Tensor, end: Tensor, shape: tuple[int, ...], sizes: tuple[float, ...]) -> Lines:
    """Lines from ``start`` to ``end``, both (L, n), through an image of ``shape`` whose middle is the origin.

    Coordinates are in the order of the axes of the image and grow with its indices; ``sizes`` are those of a voxel.
    """
    size = torch.tensor(sizes, dtype=torch.float64)
    middle = (torch.tensor(shape, dtype=torch.float64) - 1) / 2
    a, b = start.double() / size + middle, end.double() / size + middle
    step = b - a
    steepest = (step * (1 - 1e-12 * torch.arange(len(shape)))).abs().argmax(1)  # ties go to the first axis
    length = (step * size).norm(dim=1)
    return Lines(shape, len(a), tuple(_sheaf(n, steepest == n, a, step, length, shape) for n in range(len(shape))))


def _sheaf(axis: int, chosen: Tensor, a: Tensor, step: Tensor, length: Tensor, shape: tuple[int, ...]) -> Sheaf:
    index = chosen.nonzero()[:, 0]
    a, step, length = a[index], step[index], length[index]
    along, other = step[:, axis], [n for n in range(len(shape)) if n != axis]
    safe = torch.where(along == 0, 1, along)[:, None]
    slope = step[:, other] / safe
    start = a[:, other] - slope * a[:, axis, None]
    low, high = torch.minimum(a[:, axis], a[:, axis] + along), torch.maximum(a[:, axis], a[:, axis] + along)
    low, high = low.clamp_min(0), high.clamp_max(shape[axis] - 1)
    for n, place, rise in zip(other, start.unbind(1), slope.unbind(1), strict=True):
        # Between -1 and the size of the image there is a pixel to see.
        ends = torch.stack([-1 - place, shape[n] - place]) / torch.where(rise == 0, 1, rise)
        outside = (rise == 0) & ((place <= -1) | (place >= shape[n]))
        low = torch.where(rise == 0, low, torch.maximum(low, ends.amin(0)))
        high = torch.where(rise == 0, high, torch.minimum(high, ends.amax(0)))
        high = torch.where(outside, -1.0, high)
    first = low.ceil().clamp(0, shape[axis])
    last = torch.maximum(high.floor() + 1, first).clamp(0, shape[axis])
    last = torch.where(along == 0, first, last)
    return Sheaf(axis, index, start, slope, first.long(), last.long(), length / safe[:, 0].abs())
