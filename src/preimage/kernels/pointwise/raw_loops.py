"""Raw data of finished pictures as compiled loops: the tone curve of sRGB undone, colours mixed, one a pixel kept."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["raw_in_loops", "raw_pulled_in_loops"]

Cell = tuple[int, int, int, int]

# IEC 61966-2-1: below the bend sRGB is a straight line, above it `1.055 light^(1 / 2.4) - 0.055`.
_SLOPE, _BEND = 12.92, 12.92 * 0.0031308
# Ours: `w^0.8` for w in 0.3..1, with `(w - 0.65) / 0.35` as variable, within 8e-8 of itself, by interpolation in
# Chebyshev points. With `w` the root of `u`, `u^2.4 = w^4 w^0.8` and `u^1.4 = w^2 w^0.8`.
_POWER = np.array(
    (
        0.7084850266,
        0.3051935632,
        -0.01643275316,
        0.003539181151,
        -0.001054078326,
        0.0003639121736,
        -0.0001206177373,
        4.735779244e-05,
        -3.86127923e-05,
        1.703135405e-05,
    ),
    np.float32,
)


def raw_in_loops(x: Tensor, mix: Tensor, cell: Cell) -> Tensor:
    """The mosaic (B, 1, H, W) of ``mix @ light``, with the light behind pictures ``x`` (B, 3, H, W) of sRGB.

    Args:
        x: in single precision, on a CPU, not recorded.
        mix: from linear sRGB to the colours of the camera, (B or 1, 3, 3).
        cell: the colours of 2x2 pixels, row by row.
    """
    y = torch.empty(x.shape[0], 1, *x.shape[2:])
    compiled(write_raw)(x.contiguous().numpy(), _each(mix, x), _POWER, np.array(cell), y[:, 0].numpy())
    return y


def raw_pulled_in_loops(x: Tensor, mix: Tensor, v: Tensor, cell: Cell) -> Tensor:
    """What :func:`raw_in_loops` makes of small changes of ``x``, transposed, of ``v`` (B, 1, H, W)."""
    pulled = torch.empty(x.shape)
    mosaic = v.contiguous()[:, 0].numpy()
    compiled(write_pulled)(x.contiguous().numpy(), _each(mix, x), _POWER, np.array(cell), mosaic, pulled.numpy())
    return pulled


def _each(mix: Tensor, x: Tensor) -> Any:
    return mix.expand(len(x), 3, 3).contiguous().numpy()


def write_raw(x: Any, mix: Any, c: Any, cell: Any, y: Any) -> None:
    """Raw data (B, H, W) of pictures (B, 3, H, W)."""
    c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 = c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9]
    zero, one, bend = np.float32(0), np.float32(1), np.float32(_BEND)
    line, offset, unit = np.float32(1 / _SLOPE), np.float32(0.055 / 1.055), np.float32(1 / 1.055)
    middle, stretch = np.float32(0.65), np.float32(1 / 0.35)
    width = x.shape[3]
    light = np.empty((3, width), np.float32)
    for b in range(x.shape[0]):
        for i in range(x.shape[2]):
            for channel in range(3):
                row, out = x[b, channel, i], light[channel]
                for j in range(width):
                    value = row[j]
                    value = zero if value < zero else value
                    value = one if value > one else value
                    u = (bend if value < bend else value) * unit + offset
                    w = math.sqrt(u)
                    s = (w - middle) * stretch
                    q = c5 + s * (c6 + s * (c7 + s * (c8 + s * c9)))
                    q = c0 + s * (c1 + s * (c2 + s * (c3 + s * (c4 + s * q))))
                    out[j] = value * line if value <= bend else u * u * q
            even, odd = mix[b, cell[i % 2 * 2]], mix[b, cell[i % 2 * 2 + 1]]
            e0, e1, e2, o0, o1, o2 = even[0], even[1], even[2], odd[0], odd[1], odd[2]
            red, green, blue, out = light[0], light[1], light[2], y[b, i]
            for j in range(width):
                at_even = e0 * red[j] + e1 * green[j] + e2 * blue[j]
                at_odd = o0 * red[j] + o1 * green[j] + o2 * blue[j]
                out[j] = at_even if j & 1 == 0 else at_odd


def write_pulled(x: Any, mix: Any, c: Any, cell: Any, v: Any, pulled: Any) -> None:
    """The transposed derivative of :func:`write_raw` at ``x``, of ``v`` (B, H, W); nothing passes what is clipped."""
    c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 = c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9]
    zero, one, bend = np.float32(0), np.float32(1), np.float32(_BEND)
    line, offset, unit = np.float32(1 / _SLOPE), np.float32(0.055 / 1.055), np.float32(1 / 1.055)
    middle, stretch, rise = np.float32(0.65), np.float32(1 / 0.35), np.float32(2.4 / 1.055)
    width = x.shape[3]
    for b in range(x.shape[0]):
        for i in range(x.shape[2]):
            even, odd = mix[b, cell[i % 2 * 2]], mix[b, cell[i % 2 * 2 + 1]]
            values = v[b, i]
            for channel in range(3):
                row, out, at_even, at_odd = x[b, channel, i], pulled[b, channel, i], even[channel], odd[channel]
                for j in range(width):
                    value = row[j]
                    u = (bend if value < bend else value) * unit + offset
                    w = math.sqrt(u)
                    s = (w - middle) * stretch
                    q = c5 + s * (c6 + s * (c7 + s * (c8 + s * c9)))
                    q = c0 + s * (c1 + s * (c2 + s * (c3 + s * (c4 + s * q))))
                    slope = line if value <= bend else rise * u * q
                    slope = zero if value < zero else slope
                    slope = zero if value > one else slope
                    out[j] = slope * values[j] * (at_even if j & 1 == 0 else at_odd)
