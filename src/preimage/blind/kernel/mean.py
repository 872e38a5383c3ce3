"""The mean of kernels that were found apart: each has errors of its own."""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.blind.kernel.shape import fine_correlation, in_the_middle

__all__ = ["brought_to", "weighted_mean"]


def weighted_mean(kernels: Sequence[Tensor], costs: Sequence[float], falling: float) -> Tensor:
    """The mean of ``kernels``, each brought to where the first one lies, as large as the largest.

    Args:
        kernels: (k, k), each of its own odd k, sum one.
        costs: how badly each explains the picture, > 0, the first the least.
        falling: the weight is ``exp(-(cost / costs[0] - 1) / falling)``.
    """
    side = max(kernel.shape[0] for kernel in kernels)
    first = in_the_middle(kernels[0], side)
    total = torch.zeros_like(first)
    for kernel, cost in zip(kernels, costs, strict=True):
        weight = math.exp(-(cost / max(costs[0], 1e-30) - 1) / falling)
        total += weight * brought_to(in_the_middle(kernel, side), first)
    return total / total.sum().clamp_min(torch.finfo(total.dtype).tiny)


def brought_to(kernel: Tensor, target: Tensor) -> Tensor:
    """``kernel``, displaced by quarters of a pixel to where it correlates most with ``target``; both (k, k)."""
    table = fine_correlation(target, kernel)
    best, period = int(table.argmax()), table.shape[0]
    down, right = (((place + period // 2) % period - period // 2) / 4 for place in divmod(best, period))
    if down == int(down) and right == int(right):
        moves = (int(down), int(right))
        reach = max(map(abs, moves))
        wide = F.pad(kernel, [reach] * 4).roll(moves, (0, 1))
        return wide[reach : reach + kernel.shape[0], reach : reach + kernel.shape[1]]
    side = period // 4
    places = torch.fft.fftfreq(side, dtype=kernel.dtype, device=kernel.device)
    turn = torch.polar(torch.ones(side, side).to(kernel), -2 * math.pi * (down * places[:, None] + right * places))
    moved = torch.fft.ifft2(torch.fft.fft2(kernel, s=(side, side)) * turn).real
    return moved[: kernel.shape[0], : kernel.shape[1]].clamp_min(0)
