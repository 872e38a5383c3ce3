"""Groups of similar blocks and their filtering, in tensor operations: the definition."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["BlockSearch", "Filter", "Groups", "filter_by_tensors", "grid", "haar", "match_by_tensors"]

_AT_ONCE = 2048  # groups that are in memory together


@dataclass(frozen=True)
class BlockSearch:
    """Which blocks are compared.

    Attributes:
        size: side of a block in pixels.
        stride: distance of the blocks that groups are found for; the last row and column of blocks are among them.
        reach: the farthest displacement in each direction, in pixels.
        most: blocks of a group, at most; a power of two.
        limit: the largest mean squared difference.
    """

    size: int
    stride: int
    reach: int
    most: int
    limit: float


@dataclass(frozen=True)
class Groups:
    """Blocks that are similar to a block, which is the first of them.

    Attributes:
        places: (groups, most), the number ``row * width + column`` of the first pixel of each block.
        counts: (groups,), how many of them count: powers of two.
    """

    places: Tensor
    counts: Tensor


@dataclass(frozen=True)
class Filter:
    """What is done to a group: a transform of rows and columns of blocks, one across blocks, and shrinkage.

    Attributes:
        forward: (size, size), the transform of one dimension, with rows of norm one.
        backward: its inverse.
        window: (size, size), weights of the pixels of a block.
        level: the threshold of coefficients, or the standard deviation of the noise for Wiener's filter.
    """

    forward: Tensor
    backward: Tensor
    window: Tensor
    level: float


def match_by_tensors(guide: Tensor, search: BlockSearch) -> Groups:
    """:func:`preimage.kernels.grouping.blocks.match_blocks` of any tensor."""
    height, width = guide.shape
    size, reach = search.size, search.reach
    rows, columns = (grid(n - size, search.stride, guide.device) for n in (height, width))
    count = len(rows) * len(columns)
    own = (rows[:, None] * width + columns).reshape(count, 1)
    best = guide.new_full((count, 1), -1), own  # before any other
    for down in range(-reach, reach + 1):
        differences, places = [best[0]], [best[1]]
        for right in range(-reach, reach + 1):
            if (down or right) and abs(down) <= height - size and abs(right) <= width - size:
                differences.append(_differences(guide, down, right, rows, columns, size).reshape(count, 1))
                places.append(own + down * width + right)
        difference, order = torch.cat(differences, 1).sort(dim=1, stable=True)
        best = difference[:, : search.most], torch.cat(places, 1).gather(1, order[:, : search.most])
    difference, places = best
    within = (difference <= search.limit * size**2).sum(1)
    counts = 2 ** within.double().log2().floor().long()
    short = search.most - places.shape[1]
    return Groups(torch.cat([places, places[:, :1].expand(-1, short)], 1), counts)


def _differences(guide: Tensor, down: int, right: int, rows: Tensor, columns: Tensor, size: int) -> Tensor:
    """Squared differences of blocks on the grid to those displaced from them; infinite where these are outside."""
    height, width = guide.shape
    top, left = max(0, -down), max(0, -right)
    here = guide[top : height - max(0, down), left : width - max(0, right)]
    there = guide[top + down : height - max(0, down) + down, left + right : width - max(0, right) + right]
    sums = F.avg_pool2d((here - there).square()[None], size, 1, divisor_override=1)[0]
    tall, wide = sums.shape
    inside = ((rows >= top) & (rows < top + tall))[:, None] & ((columns >= left) & (columns < left + wide))
    found = sums[(rows - top).clamp(0, tall - 1)][:, (columns - left).clamp(0, wide - 1)]
    return torch.where(inside, found, torch.inf)


def filter_by_tensors(image: Tensor, pilot: Tensor | None, groups: Groups, how: Filter) -> Tensor:
    """:func:`preimage.kernels.grouping.blocks.filter_groups` of any tensors."""
    channels, height, width = image.shape
    total, weights = image.new_zeros(2, channels, height * width)
    size = len(how.forward)
    inside = (torch.arange(size)[:, None] * width + torch.arange(size)).to(image.device)
    for count in groups.counts.unique().tolist():
        places = groups.places[groups.counts == count, :count]
        for part in places.split(max(1, _AT_ONCE // count)):
            pixels = part[:, :, None, None] + inside
            blocks = image.flatten(1)[:, pixels]
            guide = None if pilot is None else pilot.flatten(1)[:, pixels]
            found, weight = _shrunk(blocks, guide, how)
            shares = (weight[..., None, None, None] * how.window).expand_as(found)
            index = pixels.flatten().expand(channels, -1)
            total.scatter_add_(1, index, (shares * found).flatten(1))
            weights.scatter_add_(1, index, shares.flatten(1))
    return (total / weights).reshape(image.shape)


def _shrunk(blocks: Tensor, pilot: Tensor | None, how: Filter) -> tuple[Tensor, Tensor]:
    """Filtered groups (C, n, count, size, size), and their weights (C, n)."""
    across = haar(blocks.shape[2]).to(blocks)

    def spectrum(group: Tensor) -> Tensor:
        return torch.einsum("kl,cnlij->cnkij", across, how.forward @ group @ how.forward.mT)

    coefficients = spectrum(blocks)
    if pilot is None:
        gain = (coefficients.abs() > how.level).to(blocks.dtype)
    else:
        power = spectrum(pilot).square()
        gain = power / (power + how.level**2).clamp_min(torch.finfo(power.dtype).tiny)
    weight = 1 / gain.square().sum((2, 3, 4)).clamp_min(1)
    shrunk = torch.einsum("kl,cnkij->cnlij", across, gain * coefficients)
    return how.backward @ shrunk @ how.backward.mT, weight


def haar(count: int) -> Tensor:
    """The orthonormal Haar transform of ``count`` numbers, a power of two."""
    if count == 1:
        return torch.ones(1, 1, dtype=torch.float64)
    means = torch.kron(haar(count // 2), torch.ones(1, 2, dtype=torch.float64))
    steps = torch.kron(torch.eye(count // 2, dtype=torch.float64), torch.tensor([[1.0, -1.0]], dtype=torch.float64))
    return torch.cat([means, steps]) / 2**0.5


def grid(last: int, stride: int, device: torch.device | None = None) -> Tensor:
    """Every ``stride``-th number from 0 to ``last``, and ``last``."""
    numbers = torch.arange(0, last + 1, stride, device=device)
    return numbers if (last % stride) == 0 else torch.cat([numbers, numbers.new_tensor([last])])
