"""The orthonormal wavelet transform as compiled loops: all levels of a plane while it is in the cache."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.kernels.wavelet_tensors import FilterBank
from preimage.machine.compiler import compiled
from preimage.machine.threads import side_by_side

__all__ = ["analysis_by_loops", "synthesis_by_loops"]


def analysis_by_loops(x: Tensor, bank: FilterBank) -> Tensor:
    """:func:`preimage.kernels.wavelet_tensors.analysis_by_tensors` for images on a CPU, not recorded."""
    return _one_by_one(_analyse_plane if bank.dims == 2 else _analyse_volume, x, bank)


def synthesis_by_loops(c: Tensor, bank: FilterBank) -> Tensor:
    """:func:`preimage.kernels.wavelet_tensors.synthesis_by_tensors` for images on a CPU, not recorded."""
    return _one_by_one(_merge_plane if bank.dims == 2 else _merge_volume, c, bank)


def _one_by_one(function: Callable[..., Any], x: Tensor, bank: FilterBank) -> Tensor:
    """``function`` of each plane (1, H, W) or volume (D, H, W)."""
    x, out = x.detach(), torch.empty(x.shape, dtype=x.dtype)
    if out.numel() == 0:
        return out
    low, high = (torch.tensor(taps, dtype=x.dtype).numpy() for taps in (bank.low, bank.high))
    shape = x.shape[-bank.dims :] if bank.dims == 3 else (1, *x.shape[-2:])

    def work(place: tuple[int, ...]) -> None:
        function(x[place].contiguous().reshape(shape).numpy(), out[place].view(shape).numpy(), low, high, bank.level)

    places = list(np.ndindex(x.shape[: -bank.dims]))
    with side_by_side(x.device, len(places)) as each:
        for _ in each(work, places):
            pass
    return out


# Levels are counted out here: each function that calls another is compiled along with all of that, once more.
def _analyse_plane(x: Any, out: Any, low: Any, high: Any, level: int) -> None:
    """The packed coefficients of a plane (1, H, W)."""
    split, (_, h, w) = compiled(split_planes), x.shape
    held = np.empty((1, (h + 1) // 2, (w + 1) // 2), x.dtype)
    split(x, out, 1, h, w, low, high)
    for _ in range(1, level):
        h, w = (h + 1) // 2, (w + 1) // 2
        held[:, :h, :w] = out[:, :h, :w]
        split(held, out, 1, h, w, low, high)


def _analyse_volume(x: Any, out: Any, low: Any, high: Any, level: int) -> None:
    """The packed coefficients of a volume (D, H, W)."""
    d, h, w = x.shape
    held, deep = x.copy(), np.empty_like(x)
    for k in range(level):
        if k > 0:
            d, h, w = (d + 1) // 2, (h + 1) // 2, (w + 1) // 2
            held[:d, :h, :w] = out[:d, :h, :w]
        compiled(split_deep)(held, deep, d, h, w, low, high)
        compiled(split_planes)(deep, out, d, h, w, low, high)


def _merge_plane(c: Any, out: Any, low: Any, high: Any, level: int) -> None:
    """The plane (1, H, W) with these packed coefficients."""
    merge, (_, height, width) = compiled(merge_planes), c.shape
    held, merged = c.copy(), np.empty((1, (height + 1) // 2, (width + 1) // 2), c.dtype)
    for k in range(level - 1, 0, -1):
        h, w = -(-height // 2**k), -(-width // 2**k)
        merge(held, merged, 1, h, w, low, high)
        held[:, :h, :w] = merged[:, :h, :w]
    merge(held, out, 1, height, width, low, high)


def _merge_volume(c: Any, out: Any, low: Any, high: Any, level: int) -> None:
    """The volume (D, H, W) with these packed coefficients."""
    deep = np.empty_like(c)
    out[:] = c
    for k in range(level - 1, -1, -1):
        d, h, w = (-(-size // 2**k) for size in c.shape)
        compiled(merge_planes)(out, deep, d, h, w, low, high)
        compiled(merge_deep)(deep, out, d, h, w, low, high)


def split_planes(x: Any, out: Any, d: int, h: int, w: int, low: Any, high: Any) -> None:
    """One level of ``h`` rows and ``w`` columns of ``d`` planes: rows are split as they come, kept until combined."""
    taps, half = len(low), h // 2
    reach = taps // 2 - 1
    ring, phases = np.empty((taps, w), x.dtype), np.empty((2, (w + taps) // 2), x.dtype)
    for z in range(d):
        done = 0
        for k in range(half):
            while done < 2 * k + taps:
                split_row(x[z, (done - reach) % (2 * half)], ring[done % taps], w, low, high, phases)
                done += 1
            combine_rows(ring, 2 * k % taps, low, out[z, k, :w])
            combine_rows(ring, 2 * k % taps, high, out[z, h - half + k, :w])
        if h % 2:
            split_row(x[z, h - 1], out[z, half], w, low, high, phases)


def combine_rows(ring: Any, first: int, weights: Any, out: Any) -> None:
    """The weighted sum of the rows of ``ring``, which start at ``first``, even, and go on at zero."""
    out[:] = 0
    for i in range(0, len(weights) - 3, 4):
        u = (first + i) % len(ring)
        v = u + 2 if u + 2 < len(ring) else 0
        a, b, c, d = weights[i], weights[i + 1], weights[i + 2], weights[i + 3]
        p, q, r, s = ring[u], ring[u + 1], ring[v], ring[v + 1]
        for j in range(len(out)):
            out[j] += a * p[j] + b * q[j] + c * r[j] + d * s[j]
    if len(weights) % 4:
        u = (first + len(weights) - 2) % len(ring)
        a, b, p, q = weights[-2], weights[-1], ring[u], ring[u + 1]
        for j in range(len(out)):
            out[j] += a * p[j] + b * q[j]


def split_row(x: Any, out: Any, w: int, low: Any, high: Any, phases: Any) -> None:
    """The first ``w`` numbers of a row: low-pass, the odd one, high-pass."""
    half, reach = w // 2, len(low) // 2 - 1
    if w % 2:
        out[half] = x[w - 1]
    if half == 0:
        return
    # The phases start at sample -reach: samples 0, 2, ... are in the first where reach is even, else in the second.
    starts = (reach + 1) // 2, reach // 2
    below, above = phases[0, starts[0] : starts[0] + half], phases[1, starts[1] : starts[1] + half]
    even, odd = (above, below) if reach % 2 else (below, above)
    for j in range(half):
        even[j] = x[2 * j]
        odd[j] = x[2 * j + 1]
    for p in range(2):
        phase, start = phases[p], starts[p]
        for j in range(start - 1, -1, -1):
            phase[j] = phase[j + half]
        for j in range(start + half, half + reach):
            phase[j] = phase[j - half]
    combine_phases(phases[0], phases[1], low, out[:half])
    combine_phases(phases[0], phases[1], high, out[w - half : w])


def combine_phases(below: Any, above: Any, weights: Any, out: Any) -> None:
    """``sum_i weights[i] x[2k + i]`` of the even and odd samples of ``x``."""
    n = len(out)
    out[:] = 0
    for i in range(0, len(weights) - 3, 4):
        a, b, c, d = weights[i], weights[i + 1], weights[i + 2], weights[i + 3]
        p, q = below[i // 2 : i // 2 + n + 1], above[i // 2 : i // 2 + n + 1]
        for j in range(n):
            out[j] += a * p[j] + b * q[j] + c * p[j + 1] + d * q[j + 1]
    if len(weights) % 4:
        last = len(weights) // 2 - 1
        a, b, p, q = weights[-2], weights[-1], below[last : last + n], above[last : last + n]
        for j in range(n):
            out[j] += a * p[j] + b * q[j]


def split_deep(x: Any, out: Any, d: int, h: int, w: int, low: Any, high: Any) -> None:
    """One level along the first axis of a part of a volume."""
    taps, half = len(low), d // 2
    reach = taps // 2 - 1
    for r in range(h):
        for k in range(half):
            down, up = out[k, r, :w], out[d - half + k, r, :w]
            down[:] = 0
            up[:] = 0
            for i in range(0, taps, 2):
                at = 2 * k - reach + i
                p, q = x[at % (2 * half), r], x[(at + 1) % (2 * half), r]
                a, b, c, e = low[i], low[i + 1], high[i], high[i + 1]
                for j in range(w):
                    down[j] += a * p[j] + b * q[j]
                for j in range(w):
                    up[j] += c * p[j] + e * q[j]
        if d % 2:
            for j in range(w):
                out[half, r, j] = x[d - 1, r, j]


def merge_planes(c: Any, out: Any, d: int, h: int, w: int, low: Any, high: Any) -> None:
    """The inverse of :func:`split_planes`."""
    half, margin = h // 2, len(low) // 2
    row, bands = np.empty(w, c.dtype), np.empty((2, w // 2 + 2 * margin), c.dtype)
    phases = np.empty((2, w // 2), c.dtype)
    for z in range(d):
        for k in range(half):
            for phase in range(2):
                spread_rows(c[z], h, k, phase, low, high, row)
                merge_row(row, out[z, 2 * k + phase], w, low, high, bands, phases)
        if h % 2:
            merge_row(c[z, half], out[z, h - 1], w, low, high, bands, phases)


def spread_rows(c: Any, h: int, k: int, phase: int, low: Any, high: Any, out: Any) -> None:
    """What the rows of ``c`` give to row ``2k + phase``."""
    half, reach = h // 2, len(low) // 2 - 1
    first = (phase + reach) % 2
    u, apart = (k + (phase + reach - first) // 2) % half, h - half
    out[:] = 0
    i = first
    while i + 2 < len(low):
        v = u - 1 if u > 0 else half - 1
        a, b, e, f = low[i], high[i], low[i + 2], high[i + 2]
        p, q, r, s = c[u], c[u + apart], c[v], c[v + apart]
        for j in range(len(out)):
            out[j] += a * p[j] + b * q[j] + e * r[j] + f * s[j]
        i, u = i + 4, v - 1 if v > 0 else half - 1
    if i < len(low):
        a, b, p, q = low[i], high[i], c[u], c[u + apart]
        for j in range(len(out)):
            out[j] += a * p[j] + b * q[j]


def merge_row(c: Any, out: Any, w: int, low: Any, high: Any, bands: Any, phases: Any) -> None:
    """The inverse of :func:`split_row`."""
    half, margin = w // 2, len(low) // 2
    if w % 2:
        out[w - 1] = c[half]
    if half == 0:
        return
    for j in range(half):
        bands[0, margin + j] = c[j]
        bands[1, margin + j] = c[w - half + j]
    for p in range(2):
        padded = bands[p]
        for j in range(margin - 1, -1, -1):
            padded[j] = padded[j + half]
        for j in range(margin + half, 2 * margin + half):
            padded[j] = padded[j - half]
    for p in range(2):
        spread_bands(bands[0], bands[1], p, low, high, phases[p])
    even, odd = phases[0], phases[1]
    for j in range(half):
        out[2 * j] = even[j]
        out[2 * j + 1] = odd[j]


def spread_bands(below: Any, above: Any, phase: int, low: Any, high: Any, out: Any) -> None:
    """What two bands, padded by half as many samples as there are taps, give to every other sample of a row."""
    margin, n = len(low) // 2, len(out)
    i = (phase + margin - 1) % 2
    out[:] = 0
    while i + 2 < len(low):
        at = margin + (phase + margin - 1 - i) // 2
        a, b, e, f = low[i], high[i], low[i + 2], high[i + 2]
        p, q = below[at - 1 : at + n], above[at - 1 : at + n]
        for j in range(n):
            out[j] += a * p[j + 1] + b * q[j + 1] + e * p[j] + f * q[j]
        i += 4
    if i < len(low):
        at = margin + (phase + margin - 1 - i) // 2
        a, b, p, q = low[i], high[i], below[at : at + n], above[at : at + n]
        for j in range(n):
            out[j] += a * p[j] + b * q[j]


def merge_deep(c: Any, out: Any, d: int, h: int, w: int, low: Any, high: Any) -> None:
    """The inverse of :func:`split_deep`."""
    half, reach = d // 2, len(low) // 2 - 1
    for r in range(h):
        for s in range(2 * half):
            row = out[s, r, :w]
            row[:] = 0
            for i in range((s + reach) % 2, len(low), 2):
                at = (s // 2 + (s % 2 + reach - i) // 2) % half
                a, b, p, q = low[i], high[i], c[at, r], c[at + d - half, r]
                for j in range(w):
                    row[j] += a * p[j] + b * q[j]
        if d % 2:
            for j in range(w):
                out[d - 1, r, j] = c[half, r, j]
