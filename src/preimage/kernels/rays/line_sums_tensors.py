"""Sums along lines by tensor operations."""

from collections.abc import Iterator
from itertools import product

import torch
from torch import Tensor

from preimage.kernels.rays.lines import Lines, Sheaf

__all__ = ["smear_lines_by_tensors", "sum_lines_by_tensors"]

_AT_ONCE = 1 << 20  # slabs of lines, whose places are in memory


def sum_lines_by_tensors(x: Tensor, lines: Lines) -> Tensor:
    """The integrals of images ``x`` (P, ...) along ``lines``: (P, L)."""
    flat = x.flatten(1)
    total = x.new_zeros(len(x), lines.count)
    for sheaf in lines.sheaves:
        for index, cell, weight in _taps(sheaf, lines.shape, x):
            part = (flat[:, cell.flatten()].unflatten(1, cell.shape) * weight).sum(2)
            total = total.index_add(1, index, part)
    return total


def smear_lines_by_tensors(y: Tensor, lines: Lines) -> Tensor:
    """Images (P, ...) of values ``y`` (P, L): each on all that its line crosses."""
    flat = y.new_zeros(len(y), torch.Size(lines.shape).numel())
    for sheaf in lines.sheaves:
        for index, cell, weight in _taps(sheaf, lines.shape, y):
            flat = flat.index_add(1, cell.flatten(), (y[:, index][:, :, None] * weight).flatten(1))
    return flat.unflatten(1, lines.shape)


def _taps(sheaf: Sheaf, shape: tuple[int, ...], like: Tensor) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Some lines, (n,), the pixels that they see, counted row by row, and how much of them, both (n, R)."""
    slabs = shape[sheaf.axis]
    other = [n for n in range(len(shape)) if n != sheaf.axis]
    strides = [torch.Size(shape[n + 1 :]).numel() for n in range(len(shape))]
    r = torch.arange(slabs)
    for part in torch.arange(len(sheaf.index)).split(max(_AT_ONCE // slabs, 1)):
        crossed = (r >= sheaf.first[part, None]) & (r < sheaf.last[part, None])
        length = torch.where(crossed, sheaf.weight[part, None], 0)
        place = sheaf.start[part, None] + r[:, None] * sheaf.slope[part, None]  # (n, R, axes - 1)
        corner = place.floor()
        for up in product((0, 1), repeat=len(other)):
            side = torch.tensor(up)
            weight = length * torch.where(side == 1, place - corner, 1 - place + corner).prod(2)
            cell = (r * strides[sheaf.axis]).expand(len(part), -1)
            for m, n in enumerate(other):
                voxel = corner[..., m].long() + up[m]
                weight = torch.where((voxel >= 0) & (voxel < shape[n]), weight, 0)
                cell = cell + voxel.clamp(0, shape[n] - 1) * strides[n]
            device = like.device
            yield sheaf.index[part].to(device), cell.to(device), weight.to(device, like.dtype)
