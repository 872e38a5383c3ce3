"""The orthonormal wavelet transform by tensor operations.

Sums of shifted polyphase halves: on a CPU several times faster than a strided convolution of one channel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

__all__ = ["FilterBank", "analysis_by_tensors", "synthesis_by_tensors"]


@dataclass(frozen=True)
class FilterBank:
    """What is split off at each level, and how often.

    Attributes:
        low, high: orthonormal filters of the same even length.
        level: how many times the low-pass part is split, >= 1.
        dims: how many axes, the last ones, are split: 2 or 3.
    """

    low: tuple[float, ...]
    high: tuple[float, ...]
    level: int
    dims: int

    def corners(self, shape: Sequence[int]) -> list[tuple[Any, ...]]:
        """Index of the low-pass corner of coefficients of this shape after 1, ..., ``level`` splits."""
        sizes, found = list(shape[-self.dims :]), []
        for _ in range(self.level):
            sizes = [(n + 1) // 2 for n in sizes]
            found.append((..., *(slice(0, n) for n in sizes)))
        return found


def analysis_by_tensors(x: Tensor, bank: FilterBank) -> Tensor:
    """The packed coefficients of ``x``, as :func:`preimage.kernels.wavelet.analysis` says."""
    result = _split(x, bank)
    for corner in bank.corners(x.shape)[:-1]:
        result[corner] = _split(result[corner], bank)
    return result


def synthesis_by_tensors(c: Tensor, bank: FilterBank) -> Tensor:
    """The image with packed coefficients ``c``."""
    result = c.clone()
    for corner in reversed(bank.corners(c.shape)[:-1]):
        result[corner] = _merge(result[corner], bank)
    return _merge(result, bank)


def _split(x: Tensor, bank: FilterBank) -> Tensor:
    for axis in range(x.ndim - bank.dims, x.ndim):
        x = _split_axis(x, axis, bank.low, bank.high)
    return x


def _merge(x: Tensor, bank: FilterBank) -> Tensor:
    for axis in range(x.ndim - bank.dims, x.ndim):
        x = _merge_axis(x, axis, bank.low, bank.high)
    return x


def _split_axis(x: Tensor, axis: int, low: tuple[float, ...], high: tuple[float, ...]) -> Tensor:
    """``sum_i filter[i] x[2k - reach + i]`` for both filters, with ``x`` periodic; then low, odd sample, high."""
    half, reach = x.shape[axis] // 2, len(low) // 2 - 1
    if half == 0:
        return x
    index = torch.arange(-reach, 2 * half + reach, device=x.device) % (2 * half)
    phases = [x.index_select(axis, index[phase::2]) for phase in (0, 1)]
    windows = [phases[i % 2].narrow(axis, i // 2, half) for i in range(len(low))]
    odd = x.narrow(axis, 2 * half, x.shape[axis] - 2 * half)
    return torch.cat([_combine(windows, low), odd, _combine(windows, high)], axis)


def _merge_axis(c: Tensor, axis: int, low: tuple[float, ...], high: tuple[float, ...]) -> Tensor:
    """The adjoint of :func:`_split_axis`: ``filter[i] c[k]`` goes to sample ``2k - reach + i``."""
    half, reach = c.shape[axis] // 2, len(low) // 2 - 1
    if half == 0:
        return c
    margin = len(low) // 2
    index = torch.arange(-margin, half + margin, device=c.device) % half
    bands = [c.narrow(axis, start, half).index_select(axis, index) for start in (0, c.shape[axis] - half)]
    phases = []
    for phase in (0, 1):
        taps = range((phase + reach) % 2, len(low), 2)
        windows = [band.narrow(axis, margin + (phase + reach - i) // 2, half) for band in bands for i in taps]
        phases.append(_combine(windows, [*(low[i] for i in taps), *(high[i] for i in taps)]))
    even = torch.stack(phases, axis + 1).flatten(axis, axis + 1)
    return torch.cat([even, c.narrow(axis, half, c.shape[axis] - 2 * half)], axis)


def _combine(windows: list[Tensor], weights: Sequence[float]) -> Tensor:
    total = weights[0] * windows[0]
    for window, weight in zip(windows[1:], weights[1:], strict=True):
        total.add_(window, alpha=weight)
    return total
