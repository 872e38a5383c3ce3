"""Weighted sums of channels as a compiled loop, which passes through memory once."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["mix_in_loops"]

_CHUNK = 1 << 11  # pixels of which the sums stay in the cache


def mix_in_loops(x: Tensor, weights: Tensor | Sequence[float]) -> Tensor:
    """:func:`preimage.kernels.pointwise.mixture.mix_channels` for real images on a CPU, not recorded."""
    images = x.contiguous().numpy()
    batch, channels, *sizes = images.shape
    pixels = math.prod(sizes)
    mixed = np.empty((batch, 1, *sizes), images.dtype)
    chunk = max(1, pixels) if channels == 3 else _CHUNK
    rows = weights.contiguous().numpy() if isinstance(weights, Tensor) else np.array([weights], images.dtype)
    compiled(write_mixture)(images.reshape(batch, channels, pixels), rows, chunk, mixed.reshape(batch, pixels))
    return torch.from_numpy(mixed)


def write_mixture(x: Any, weights: Any, chunk: int, mixed: Any) -> None:
    """Write the sums of images (B, C, n) by weights (1 or B, C), for the first three channels in one pass."""
    channels = x.shape[1]
    for b in range(len(x)):
        own = weights[min(b, len(weights) - 1)]
        for begin in range(0, x.shape[2], chunk):
            out = mixed[b, begin : begin + chunk]
            if channels < 3:
                out[:] = 0
            else:
                u, v, w = own[0], own[1], own[2]
                end = begin + len(out)
                p, q, r = x[b, 0, begin:end], x[b, 1, begin:end], x[b, 2, begin:end]
                for j in range(len(out)):
                    out[j] = u * p[j] + v * q[j] + w * r[j]
            for c in range(0 if channels < 3 else 3, channels):
                more, weight = x[b, c, begin : begin + chunk], own[c]
                for j in range(len(out)):
                    out[j] += weight * more[j]
