"""Non-local sparse coding block by block, with a dense matrix of similarities, as the authors' program works.

Written from the definition, as something to measure against: images are cut into overlapping blocks of the side of the
window; every patch of a block is compared with all others of it; the estimates of the blocks are averaged.

Source: Lecouat, Ponce, Mairal, ECCV 2020, section 3.6, and the conventions of their program.
"""

import itertools
import math
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.models import GroupSC

SIDE = 56


def starts(length: int, stride: int) -> list[int]:
    """Where blocks start along an axis of ``length`` pixels after its border of 55 has been added."""
    wide = length + 2 * (SIDE - 1)
    more = stride - (wide - SIDE) % stride  # always one pixel or more
    return list(range(0, wide + more - SIDE + 1, stride))


def block_count(height: int, width: int, stride: int) -> int:
    """Blocks of an image."""
    return len(starts(height, stride)) * len(starts(width, stride))


def blockwise(model: GroupSC, noisy: Tensor, level: float, stride: int, most: int | None = None) -> Tensor:
    """The estimate of ``noisy`` (1, C, H, W); with ``most``, one in which only so many blocks have been restored."""
    height, width = noisy.shape[-2:]
    tops, lefts = starts(height, stride), starts(width, stride)
    wide = F.pad(noisy, (SIDE - 1,) * 4, mode="reflect")
    extra = (lefts[-1] + SIDE - wide.shape[-1], tops[-1] + SIDE - wide.shape[-2])
    wide = F.pad(wide, (0, extra[0], 0, extra[1]), mode="reflect")
    counts = F.fold(torch.ones(1, model.patch**2, (SIDE - model.patch + 1) ** 2), SIDE, model.patch)
    total, weight = torch.zeros_like(wide), torch.zeros_like(wide[:, :1])
    for number, (top, left) in enumerate(itertools.product(tops, lefts)):
        if number == most:
            break
        here = (..., slice(top, top + SIDE), slice(left, left + SIDE))
        total[here] += counts * restored(model, wide[here], level)
        weight[here] += counts
    inside = (..., slice(SIDE - 1, SIDE - 1 + height), slice(SIDE - 1, SIDE - 1 + width))
    return total[inside] / weight[inside].clamp_min(1)


def restored(model: GroupSC, block: Tensor, level: float) -> Tensor:
    """The estimate of one block."""
    patches = F.unfold(block, model.patch).mT
    means = patches.mean(-1, keepdim=True)
    centred = patches - means
    mask = far(math.isqrt(patches.shape[1]), model.search.window)
    counts = F.fold(torch.ones_like(patches.mT), SIDE, model.patch)
    similarity = like(centred * model.scale, mask)
    codes = torch.zeros(*patches.shape[:2], model.encoder.shape[1])
    for k, threshold in enumerate(thresholds(model, level)):
        if k > 1 and (k - 1) % model.search.refresh == 0:
            image = F.fold((codes @ model.output.mT + means).mT, SIDE, model.patch) / counts
            fresh = like((F.unfold(image, model.patch).mT - means) * model.scale, mask)
            share = model.mix.sigmoid()
            similarity = (1 - share) * similarity + share * fresh
        residual = centred - codes @ model.dictionary.mT
        codes = shrunk(codes + residual @ model.encoder, threshold, similarity)
    return F.fold((codes @ model.output.mT + means).mT, SIDE, model.patch) / counts


def far(side: int, window: int) -> Tensor:
    """1e10 where patch j is outside of the window of patch i, zero inside; patches in a square of ``side``."""
    number = torch.arange(side)
    apart = number[None] - number[:, None]
    near = (apart >= -(window // 2)) & (apart <= window - window // 2 - 1)
    seen = near[:, None, :, None] & near[None, :, None, :]
    return torch.where(seen.reshape(side**2, side**2), 0.0, 1e10)


def like(features: Tensor, mask: Tensor) -> Tensor:
    """``exp(-||f_i - f_j||^2)`` inside the windows."""
    squares = features.square().sum(-1)
    distance = squares[:, :, None] + squares[:, None] - 2 * features @ features.mT
    return torch.exp(-(distance.clamp_min(0) + mask))


def shrunk(codes: Tensor, threshold: Tensor, similarity: Tensor) -> Tensor:
    """The group threshold."""
    size = (similarity.abs().sum(1) + 1e-12).sqrt()[..., None]
    power = (codes.square().mT @ similarity).mT
    return (1 - threshold * size / (power + 1e-8).sqrt()).relu() * codes


def thresholds(model: GroupSC, level: float) -> Iterator[Tensor]:
    """Of each step, at the first level of the model in proportion: made for models with one level."""
    yield from model.thresholds[0] * (level / model.levels[0])
