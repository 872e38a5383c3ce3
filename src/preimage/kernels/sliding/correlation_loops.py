"""Correlation with small kernels as compiled loops, in which a row of sums stays in the cache."""

from typing import Any

from torch import Tensor

from preimage.machine.compiler import can_compile, compiled
from preimage.machine.threads import side_by_side

__all__ = ["can_slide", "correlate_in_loops"]


def can_slide(x: Tensor, weight: Tensor) -> bool:
    """Whether the loops may slide ``weight`` over images ``x``, which is several times as fast as tensors can."""
    plain = x.ndim == weight.ndim == 4 and x.dtype == weight.dtype and x.numel() > 0
    return plain and can_compile(x) and can_compile(weight)


def correlate_in_loops(x: Tensor, weight: Tensor) -> Tensor:
    """``y[i, j] = sum_ab weight[a, b] x[i + a, j + b]`` for all positions inside ``x``, each channel with its kernel.

    Args:
        x: (B, C, H, W), real, on a CPU, not recorded.
        weight: (1 or B, 1 or C, kh, kw) in the precision of ``x``, no larger than the image.
    """
    batch, channels = x.shape[:2]
    kernels = weight.expand(batch, channels, -1, -1).flatten(0, 1).contiguous().numpy()
    planes = x.flatten(0, 1).contiguous()
    height, width = (n - k + 1 for n, k in zip(x.shape[2:], weight.shape[2:], strict=True))
    y = x.new_empty(batch * channels, height, width)
    source, target, loop = planes.numpy(), y.numpy(), compiled(write_correlation)
    with side_by_side(x.device, len(planes)) as each:
        for _ in each(lambda k: loop(source[k], kernels[k], target[k]), list(range(len(planes)))):
            pass
    return y.unflatten(0, (batch, channels))


def write_correlation(x: Any, weight: Any, y: Any) -> None:
    """Write the correlation of a plane (H, W), row by row: four taps, and then those that are left, at a time."""
    width = y.shape[1]
    for i in range(len(y)):
        out = y[i]
        out[:] = 0
        for a in range(weight.shape[0]):
            row, taps = x[i + a], weight[a]
            done = 0
            while done + 4 <= len(taps):
                p, q, r, s = taps[done], taps[done + 1], taps[done + 2], taps[done + 3]
                source = row[done : done + width + 3]
                for j in range(width):
                    out[j] += p * source[j] + q * source[j + 1] + r * source[j + 2] + s * source[j + 3]
                done += 4
            while done < len(taps):
                p, source = taps[done], row[done : done + width]
                for j in range(width):
                    out[j] += p * source[j]
                done += 1
