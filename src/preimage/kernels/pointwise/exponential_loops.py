"""Loops whose work is an exponential of every number: pulses of light in bins of time, and haze.

Exponentials are polynomials within a power of two, so that the compiler makes vector instructions of them.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["haze_in_loops", "pulses_in_loops", "pulses_pulled_in_loops"]

# Ours: `t Q(u)` is `exp(z^2) erfc(z)` with `t = 1 / (1 + z / 2)` and `u = (t - MIDDLE) / HALF` in [-1, 1], within
# 4e-8 for z in 0..9, by interpolation in Chebyshev points.
_TAIL = np.array(
    (
        0.5776514347746, 0.3240667209103655, 0.09883734375008638, 0.005256790885145351, -0.005785561908559343,
        -0.0005110171348721382, 0.0005277942810856473, -4.861656508126088e-06, -4.559669203274552e-05,
        6.948389054173276e-06,
    ), np.float32,
)  # fmt: skip
_MIDDLE, _HALF = 0.5904977375565611, 0.4095022624434389
_LIMIT = 9.0  # of z: beyond it tails are less than the smallest normal number
_OCTAVES = 1.4426950408889634  # 1 / log(2)


def pulses_in_loops(x: Tensor, width: Tensor, bins: int) -> Tensor:
    """:func:`preimage.kernels.pointwise.pulses.pulse_counts` in single precision, on a CPU, not recorded."""
    y = torch.empty(x.shape[0], bins, *x.shape[2:])
    compiled(write_pulses)(x.contiguous().numpy(), _inverse(width, x), _TAIL, y.numpy())
    return y


def pulses_pulled_in_loops(x: Tensor, width: Tensor, v: Tensor) -> Tensor:
    """:func:`preimage.kernels.pointwise.pulses.pulse_pull` in single precision, on a CPU, not recorded."""
    pulled = torch.empty(x.shape)
    images = (x.contiguous().numpy(), _inverse(width, x), _TAIL, v.contiguous().numpy())
    compiled(write_pulled)(*images, pulled.numpy())
    return pulled


def haze_in_loops(x: Tensor, depth: Tensor, beta: Tensor, airlight: Tensor) -> Tensor:
    """:func:`preimage.kernels.pointwise.haze.through_haze` in single precision, on a CPU, not recorded."""
    y = torch.empty(x.shape)
    batch, channels = x.shape[:2]
    colour = airlight.reshape(airlight.shape[:2]).expand(batch, channels).contiguous().numpy()
    numbers = beta.reshape(-1).expand(batch).contiguous().numpy()
    compiled(write_haze)(x.contiguous().numpy(), depth[:, 0].contiguous().numpy(), numbers, colour, y.numpy())
    return y


def _inverse(width: Tensor, x: Tensor) -> Any:
    """``1 / width`` for each image of ``x``."""
    return (1 / width).reshape(-1).expand(len(x)).contiguous().numpy()


def power_of_two(s: float) -> tuple[Any, Any]:
    """``2^s`` and ``2^s - 1`` for a float64 in -126..126, in single precision within 2e-7 and 2e-7."""
    octave = np.floor(s + 0.5)
    r = np.float32(s - octave)
    # Ours: `2^r - 1` for |r| <= 1/2 within 4e-8 of itself, by interpolation in Chebyshev points.
    r5 = np.float32(0.0013400428177711937) + r * np.float32(0.00015461444724808513)
    r3 = np.float32(0.05550327226669895) + r * (np.float32(0.00961805667843204) + r * r5)
    above = r * (np.float32(0.6931472067028329) + r * (np.float32(0.24022650922289554) + r * r3))
    scale = np.int32((np.int32(octave) + np.int32(127)) << np.int32(23)).view(np.float32)
    power = scale * (np.float32(1) + above)
    return power, above if octave == 0 else power - np.float32(1)


def tail_at(z: Any, c: Any) -> tuple[Any, Any]:
    """``exp(-z^2)``, and ``erfc(z)`` by the polynomial ``c``, for a float32 z >= 0; beyond the limit those there."""
    z = np.float32(_LIMIT) if z > np.float32(_LIMIT) else z
    wide = np.float64(z)
    height, _ = power_of_two(-_OCTAVES * wide * wide)
    share = np.float32(2) / (np.float32(2) + z)
    u = (share - np.float32(_MIDDLE)) * np.float32(1 / _HALF)
    q = c[4] + u * (c[5] + u * (c[6] + u * (c[7] + u * (c[8] + u * c[9]))))
    return height, height * share * (c[0] + u * (c[1] + u * (c[2] + u * (c[3] + u * q))))


def write_pulses(x: Any, inverse: Any, c: Any, y: Any) -> None:
    """Photons in bins of time, (B, bins, H, W), of depth, intensity and background (B, 3, H, W)."""
    zero, one, two = np.float32(0), np.float32(1), np.float32(2)
    half = np.float32(0.5)
    width = x.shape[3]
    before = np.zeros(width, np.float32)  # tails at the edge before
    for b in range(x.shape[0]):
        for i in range(x.shape[2]):
            depth, intensity, background = x[b, 0, i], x[b, 1, i], x[b, 2, i]
            for t in range(y.shape[1] + 1):
                edge, out = np.float32(t) - half, y[b, max(t - 1, 0), i]  # what is written first is written over
                for j in range(width):
                    away = edge - depth[j]
                    _, tail = tail_at(abs(away) * inverse[b], c)
                    # Where the pulse is in the bin, it is what two tails leave, elsewhere the difference of two tails.
                    lies_here = (away >= zero) & (away < one)
                    inside = two - tail - before[j] if lies_here else abs(tail - before[j])
                    out[j] = background[j] + half * intensity[j] * inside
                    before[j] = tail


def write_pulled(x: Any, inverse: Any, c: Any, v: Any, pulled: Any) -> None:
    """What :func:`write_pulses` of ``x`` makes of small changes, transposed, of ``v`` (B, bins, H, W)."""
    zero, one, two = np.float32(0), np.float32(1), np.float32(2)
    half, root = np.float32(0.5), np.float32(0.5641895835477563)  # 1 / sqrt(pi)
    bins, width = v.shape[1], x.shape[3]
    before, heights = np.empty(width, np.float32), np.empty(width, np.float32)  # tails and heights at the edge before
    for b in range(x.shape[0]):
        for i in range(x.shape[2]):
            depth, intensity = x[b, 0, i], x[b, 1, i]
            moved, seen, whole = pulled[b, 0, i], pulled[b, 1, i], pulled[b, 2, i]
            for j in range(width):
                moved[j] = seen[j] = whole[j] = before[j] = heights[j] = zero
            for t in range(bins + 1):
                edge, values = np.float32(t) - half, v[b, max(t - 1, 0), i]
                counts = zero if t == 0 else one  # before the first edge there is no bin
                for j in range(width):
                    away = edge - depth[j]
                    height, tail = tail_at(abs(away) * inverse[b], c)
                    lies_here = (away >= zero) & (away < one)
                    inside = two - tail - before[j] if lies_here else abs(tail - before[j])
                    value = counts * values[j]
                    moved[j] += value * (heights[j] - height)
                    seen[j] += value * inside
                    whole[j] += value
                    before[j] = tail
                    heights[j] = height
            for j in range(width):
                moved[j] *= intensity[j] * inverse[b] * root
                seen[j] *= half


def write_haze(x: Any, depth: Any, beta: Any, airlight: Any, y: Any) -> None:
    """``t x + airlight (1 - t)`` with ``t = exp(-beta depth)``: (B, C, H, W), depths (B or 1, H, W)."""
    width = x.shape[3]
    arrives, lost = np.empty(width, np.float32), np.empty(width, np.float32)
    for b in range(x.shape[0]):
        octaves, distances = -_OCTAVES * np.float64(beta[b]), depth[b % len(depth)]
        for i in range(x.shape[2]):
            row = distances[i]
            for j in range(width):
                s = octaves * np.float64(row[j])
                power, change = power_of_two(-126.0 if s < -126.0 else s)
                arrives[j] = np.float32(0) if s < -126.0 else power
                lost[j] = -change
            for channel in range(x.shape[1]):
                values, out, colour = x[b, channel, i], y[b, channel, i], airlight[b, channel]
                for j in range(width):
                    out[j] = arrives[j] * values[j] + colour * lost[j]
