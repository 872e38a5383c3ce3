"""What JPEG leaves of pictures, as compiled loops over blocks that stay in the cache."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["jpeg_in_loops"]

_LANES = 8  # blocks side by side that are transformed together


def jpeg_in_loops(x: Tensor, luma: Tensor, chroma: Tensor, factors: tuple[int, int]) -> Tensor | None:
    """The pictures that decoders find in JPEG files, in whole numbers of 0..255, or None where a value is NaN.

    Args:
        x: pictures (B, C, H, W) in [0, 1] with C 1 or 3, on a CPU, not recorded.
        luma, chroma: steps of quantisation, (B or 1, 8, 8), row by row of the frequencies.
        factors: rows and columns of the picture for each sample of colour, 1 or 2.
    """
    images = np.empty(x.shape, np.uint8)
    if not compiled(to_bytes)(x.contiguous().numpy().reshape(-1), images.reshape(-1)):
        return None
    if images.shape[1] == 3:
        compiled(to_brightness)(images)
        small = compiled(shrink)(images, *factors)
        compiled(quantise)(small, _table(chroma))
        compiled(enlarge)(small, images, *factors)
    height, width = images.shape[2:]
    planes = np.pad(images[:, 0], ((0, 0), (0, -height % 8), (0, -width % (8 * _LANES))), "edge")
    compiled(quantise)(planes, _table(luma))
    images[:, 0] = planes[:, :height, :width]
    if images.shape[1] == 3:
        compiled(to_colours)(images)
    return torch.from_numpy(images).to(x.dtype)


def _table(steps: Tensor) -> Any:
    return np.ascontiguousarray(steps.numpy(), np.float64).reshape(-1, 64)


def to_bytes(values: Any, rounded: Any) -> bool:
    """Write bytes of values in [0, 1]; False where one is NaN."""
    sane = True
    for i in range(len(values)):
        value = np.rint(255.0 * np.float64(values[i]))
        sane &= value == value
        rounded[i] = np.uint8(min(max(value, 0.0), 255.0))
    return sane


def to_brightness(images: Any) -> None:
    """Red, green and blue (B, 3, H, W) become brightness and two differences of colour."""
    middle = 257.0 * 32768.0 - 1.0
    for planes in images:
        for i in range(planes.shape[1]):
            reds, greens, blues = planes[0, i], planes[1, i], planes[2, i]
            for j in range(planes.shape[2]):
                red, green, blue = np.float64(reds[j]), np.float64(greens[j]), np.float64(blues[j])
                reds[j] = np.uint8((19595.0 * red + 38470.0 * green + 7471.0 * blue + 32768.0) / 65536.0)
                greens[j] = np.uint8((-11059.0 * red - 21709.0 * green + 32768.0 * blue + middle) / 65536.0)
                blues[j] = np.uint8((32768.0 * red - 27439.0 * green - 5329.0 * blue + middle) / 65536.0)


def to_colours(images: Any) -> None:
    """The inverse of :func:`to_brightness`, to rounding."""
    half = 32768.0
    for planes in images:
        for i in range(planes.shape[1]):
            reds, greens, blues = planes[0, i], planes[1, i], planes[2, i]
            for j in range(planes.shape[2]):
                y, blueness, redness = np.float64(reds[j]), np.float64(greens[j]) - 128.0, np.float64(blues[j]) - 128.0
                red = y + np.floor((91881.0 * redness + half) / 65536.0)
                green = y + np.floor((-22554.0 * blueness - 46802.0 * redness + half) / 65536.0)
                blue = y + np.floor((116130.0 * blueness + half) / 65536.0)
                reds[j] = np.uint8(min(max(red, 0.0), 255.0))
                greens[j] = np.uint8(min(max(green, 0.0), 255.0))
                blues[j] = np.uint8(min(max(blue, 0.0), 255.0))


def shrink(images: Any, rows: int, columns: int) -> Any:
    """Means of ``rows`` x ``columns`` samples of both colours, (2 B, 8 h, 64 w), which the last ones fill up.

    Halves go down and up in turn from column to column. Up to a multiple of 8, columns are means of the last column of
    the picture.
    """
    height, width = images.shape[2:]
    tall, wide = -(-height // rows), -(-width // columns)
    used = wide if columns == 1 else 8 * -(-width // 16)
    small = np.empty((2 * len(images), 8 * -(-tall // 8), 8 * _LANES * -(-wide // (8 * _LANES))), np.uint8)
    for n in range(len(small)):
        plane = images[n // 2, 1 + n % 2]
        for i in range(small.shape[1]):
            top = min(i, tall - 1) * rows
            upper, lower, out = plane[top], plane[min(top + rows - 1, height - 1)], small[n, i]
            for j in range(small.shape[2]):
                at = min(j, used - 1)
                left, right = min(at * columns, width - 1), min(at * columns + columns - 1, width - 1)
                # Twice the same row, or column, where they are kept.
                total = np.int32(upper[left]) + np.int32(upper[right]) + np.int32(lower[left]) + np.int32(lower[right])
                odd = at & 1
                out[j] = (total + (0 if columns == 1 else 2 * odd if rows == 1 else 1 + odd)) >> 2
    return small


def enlarge(small: Any, images: Any, rows: int, columns: int) -> None:
    """Both colours of ``images``: three parts of the nearer mean and one of the farther, each way.

    Halves go up and down in turn.
    """
    height, width = images.shape[2:]
    last_row, last = -(-height // rows) - 1, -(-width // columns) - 1
    sums = np.empty(last + 1, np.int32)
    # Shares of 16 for interpolated rows; the same where rows are kept, whose rounding is of shares of 4.
    even, odd = (8, 7) if rows == 2 else (4, 8)
    for n in range(len(small)):
        for i in range(height):
            near = i // rows
            far = min(max(near - 1 + 2 * (i & 1), 0), last_row) if rows == 2 else near
            row, out = small[n, near], images[n // 2, 1 + n % 2, i]
            if columns == 1 or last < 2:  # so few samples are repeated
                for j in range(width):
                    out[j] = row[j // columns]
                continue
            for j in range(last + 1):
                sums[j] = 3 * np.int32(row[j]) + np.int32(small[n, far, j])  # four times the value, if rows are kept
            for j in range(width):
                nearer, farther = j >> 1, min(max((j >> 1) - 1 + 2 * (j & 1), 0), last)
                out[j] = (3 * sums[nearer] + sums[farther] + (odd if j & 1 else even)) >> 4


def quantise(planes: Any, steps: Any) -> None:
    """Replace samples (N, 8 h, 64 w) by what quantisation of their 8x8 blocks leaves.

    Steps are (1, 64), or one row for each ``N / len(steps)`` planes.
    """
    # Places 64 a + 8 b + lane: samples or coefficients (a, b), of which a transform turns the order round.
    block, turned = np.empty(64 * _LANES, np.float64), np.empty(64 * _LANES, np.float64)
    for n in range(len(planes)):
        table = steps[n * len(steps) // len(planes)]
        for top in range(0, planes.shape[1], 8):
            for left in range(0, planes.shape[2], 8 * _LANES):
                for i in range(8):
                    row = planes[n, top + i]
                    for lane in range(_LANES):
                        for j in range(8):
                            block[(8 * i + j) * _LANES + lane] = np.float64(row[left + 8 * lane + j]) - 128.0
                forward(block, turned, 2.0**-11)  # along rows
                forward(turned, block, 2.0**-15)  # along columns
                round_to_steps(block, turned, table)
                backward(turned, block, 2.0**-11)  # along columns
                backward(block, turned, 2.0**-18)  # along rows
                for i in range(8):
                    row = planes[n, top + i]
                    for lane in range(_LANES):
                        for j in range(8):
                            row[left + 8 * lane + j] = np.uint8(turned[(8 * j + i) * _LANES + lane])


def round_to_steps(coefficients: Any, turned: Any, steps: Any) -> None:
    """Coefficients, eight times as large, as multiples of their steps; halves go away from zero."""
    for k in range(64):
        step, start = steps[k], (8 * (k % 8) + k // 8) * _LANES
        inverse = 1.0 / (8.0 * step)
        for lane in range(_LANES):
            value = coefficients[k * _LANES + lane]
            # Both are whole numbers: the half keeps the quotient off integers, whatever its rounding.
            level = np.floor((np.abs(value) + 4.0 * step + 0.5) * inverse) * step
            turned[start + lane] = level if value > 0 else -level


def forward(samples: Any, turned: Any, unit: float) -> None:
    """The DCT of eight samples (a, 0..7), in units of 2^-13, times ``unit``, rounded, to (0..7, a)."""
    for start in range(8):
        for at in range(64 * start, 64 * start + _LANES):
            to = at - 56 * start
            a, b, c, d = samples[at], samples[at + 8], samples[at + 16], samples[at + 24]
            e, f, g, h = samples[at + 32], samples[at + 40], samples[at + 48], samples[at + 56]
            s, t, u, v = a + h, b + g, c + f, d + e
            turned[to] = np.floor(8192.0 * (s + t + u + v) * unit + 0.5)
            turned[to + 128] = np.floor((10703.0 * (s - v) + 4433.0 * (t - u)) * unit + 0.5)
            turned[to + 256] = np.floor(8192.0 * (s - t - u + v) * unit + 0.5)
            turned[to + 384] = np.floor((4433.0 * (s - v) - 10704.0 * (t - u)) * unit + 0.5)
            s, t, u, v = a - h, b - g, c - f, d - e
            turned[to + 64] = np.floor((11363.0 * s + 9633.0 * t + 6437.0 * u + 2260.0 * v) * unit + 0.5)
            turned[to + 192] = np.floor((9633.0 * s - 2259.0 * t - 11362.0 * u - 6436.0 * v) * unit + 0.5)
            turned[to + 320] = np.floor((6437.0 * s - 11362.0 * t + 2261.0 * u + 9633.0 * v) * unit + 0.5)
            turned[to + 448] = np.floor((2260.0 * s - 6436.0 * t + 9633.0 * u - 11363.0 * v) * unit + 0.5)


def backward(levels: Any, turned: Any, unit: float) -> None:
    """The transpose of :func:`forward`'s matrix, times ``unit``, rounded; after the last one in 0..255."""
    least, most, middle = (0.0, 255.0, 128.0) if unit < 2.0**-12 else (-1e9, 1e9, 0.0)
    for start in range(8):
        for at in range(64 * start, 64 * start + _LANES):
            to = at - 56 * start
            a, b, c, d = levels[at], levels[at + 32], levels[at + 16], levels[at + 48]
            e, f, g, h = levels[at + 8], levels[at + 24], levels[at + 40], levels[at + 56]
            p, q = 8192.0 * (a + b), 10703.0 * c + 4433.0 * d
            r, s = 8192.0 * (a - b), 4433.0 * c - 10704.0 * d
            t = 11363.0 * e + 9633.0 * f + 6437.0 * g + 2260.0 * h
            u = 9633.0 * e - 2259.0 * f - 11362.0 * g - 6436.0 * h
            v = 6437.0 * e - 11362.0 * f + 2261.0 * g + 9633.0 * h
            w = 2260.0 * e - 6436.0 * f + 9633.0 * g - 11363.0 * h
            turned[to] = rounded((p + q + t) * unit, middle, least, most)
            turned[to + 64] = rounded((r + s + u) * unit, middle, least, most)
            turned[to + 128] = rounded((r - s + v) * unit, middle, least, most)
            turned[to + 192] = rounded((p - q + w) * unit, middle, least, most)
            turned[to + 256] = rounded((p - q - w) * unit, middle, least, most)
            turned[to + 320] = rounded((r - s - v) * unit, middle, least, most)
            turned[to + 384] = rounded((r + s - u) * unit, middle, least, most)
            turned[to + 448] = rounded((p + q - t) * unit, middle, least, most)


def rounded(value: float, middle: float, least: float, most: float) -> float:
    """The nearest integer, halves upwards, plus ``middle``, in ``least..most``."""
    return min(max(np.floor(value + 0.5) + middle, least), most)
