"""The random image from which a norm is found, the same whole whoever holds its parts."""

from typing import Any

import torch

from preimage.distributed.call import Call
from preimage.physics.operator.start import SEED

__all__ = ["sharded_start"]

_PIECE = 1 << 16


def sharded_start(call: Call) -> tuple[Any, Any]:
    """The part of this process of what :func:`preimage.physics.operator.start.random_start` gives for the whole.

    All numbers are drawn, piece by piece, and those of the part are kept; so memory is that of the part.
    """
    like, place = call.x, call.place
    shape = (1, *like.shape[1 : place.dim], place.total, *like.shape[place.dim + 1 :])
    row = torch.Size(shape[place.dim + 1 :]).numel()
    plane, planes = row * place.total, torch.Size(shape[: place.dim]).numel()
    out = torch.empty((planes, (place.stop - place.start) * row), dtype=like.dtype)
    rng = torch.Generator().manual_seed(SEED)
    count, begin = plane * planes, 0
    while begin < count:
        # The last piece has the blocks that are not full, which are drawn in their own way.
        size = _PIECE if count - begin >= 2 * _PIECE else count - begin
        drawn = torch.randn(size, generator=rng, dtype=like.dtype)
        for number in range(begin // plane, (begin + size - 1) // plane + 1):
            low = max(begin, number * plane + place.start * row)
            high = min(begin + size, number * plane + place.stop * row)
            if low < high:
                at = low - number * plane - place.start * row
                out[number, at : at + high - low] = drawn[low - begin : high - begin]
        begin += size
    part = out.reshape(1, *like.shape[1:])
    return part.to(like.device).expand(like.shape).clone(), place
