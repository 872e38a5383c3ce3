"""Distance-driven projection of images by tensor operations."""

import math

import torch
from torch import Tensor

from preimage.kernels.rays.slabs import Slabs

__all__ = ["project_by_tensors", "smear_by_tensors", "taps_of"]


def project_by_tensors(x: Tensor, slabs: Slabs) -> Tensor:
    """``A x`` for planes ``x`` (P, H, W): (P, V, K)."""
    views = [_view(x if rows else x.mT, slabs, v) for v, rows in enumerate(slabs.along_rows)]
    return torch.stack(views, 1)


def smear_by_tensors(y: Tensor, slabs: Slabs) -> Tensor:
    """``A^H y`` for sinograms ``y`` (P, V, K): (P, H, W)."""
    height, width = slabs.shape
    total = y.new_zeros(len(y), height, width)
    for v, rows in enumerate(slabs.along_rows):
        plane = y.new_zeros(len(y), *((height, width) if rows else (width, height)))
        for index, weight in taps_of(slabs, v, y):
            values = _turned(y[:, v], slabs, v)[:, None, :] * weight
            plane = plane.scatter_add(2, index.expand(len(y), -1, -1), values)
        total = total + (plane if rows else plane.mT)
    return total


def _view(x: Tensor, slabs: Slabs, v: int) -> Tensor:
    """One view of planes (P, R, N) whose rows are its slabs: (P, K)."""
    total = x.new_zeros(len(x), slabs.weights.shape[1])
    for index, weight in taps_of(slabs, v, x):
        total = total + (x.gather(2, index.expand(len(x), -1, -1)) * weight).sum(1)
    return _turned(total, slabs, v)


def _turned(y: Tensor, slabs: Slabs, v: int) -> Tensor:
    return y.flip(-1) if slabs.flipped[v] else y


def taps_of(slabs: Slabs, v: int, like: Tensor) -> list[tuple[Tensor, Tensor]]:
    """The pixels that bins may see, and how much of them: index and weight, both (R, K), for each of a few offsets."""
    slab_count, length = slabs.shape if slabs.along_rows[v] else slabs.shape[::-1]
    r = torch.arange(slab_count, dtype=torch.float64)[:, None]
    scale = slabs.scale[v, 0] + slabs.scale[v, 1] * r
    border = slabs.knots[v] * scale + slabs.shift[v, 0] + slabs.shift[v, 1] * r
    start, end = border[:, :-1].to(like.device), border[:, 1:].to(like.device)
    factor = (slabs.weights[v] / scale).to(like.device)
    found = []
    for m in range(math.ceil(slabs.widest_bin) + 1):
        pixel = start.floor() + m
        overlap = torch.minimum(end, pixel + 1) - torch.maximum(start, pixel)
        inside = (pixel >= 0) & (pixel < length)
        weight = torch.where(inside, overlap.clamp_min(0) * factor, 0)
        found.append((pixel.clamp(0, length - 1).long(), weight.to(like.dtype)))
    return found
