"""Mean errors as compiled loops."""

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["decibels_in_loops", "errors_in_loops"]

_BLOCK = 1024  # entries summed in their own precision, before the sums are added in double precision


def errors_in_loops(x_hat: Tensor, x: Tensor, squared: bool) -> Tensor:
    """:func:`preimage.kernels.pointwise.error.mean_error` for images on a CPU, not recorded."""
    guess, truth = _rows(x_hat), _rows(x)
    means = np.empty(len(truth), truth.dtype)
    if squared:
        compiled(mean_square_of_rows)(guess, truth, 0.0, means, _BLOCK)
    else:
        compiled(mean_modulus_of_rows)(guess, truth, means, _BLOCK)
    return torch.from_numpy(means)


def decibels_in_loops(x_hat: Tensor, x: Tensor, peak: float) -> Tensor:
    """:func:`preimage.kernels.pointwise.error.decibels` for images on a CPU, not recorded."""
    guess, truth = _rows(x_hat), _rows(x)
    ratios = np.empty(len(truth), truth.dtype)
    compiled(mean_square_of_rows)(guess, truth, float(peak), ratios, _BLOCK)
    return torch.from_numpy(ratios)


def _rows(x: Tensor) -> Any:
    """Images as (B, n), contiguous: other layouts would be compiled once more."""
    return x.contiguous().numpy().reshape(len(x), math.prod(x.shape[1:]))


def mean_square_of_rows(x_hat: Any, x: Any, peak: float, means: Any, block: int) -> None:
    """Write the mean ``e`` of ``(x_hat - x)^2`` of each row (B, n) to ``means``, or ``10 log10(peak^2 / e)``.

    A ``peak`` of zero asks for the mean.
    """
    number = x.dtype.type
    for b in range(x.shape[0]):
        total = 0.0
        for start in range(0, x.shape[1], block):
            # Of slices, since an index that might be negative is looked at one by one.
            guess, truth = x_hat[b, start : start + block], x[b, start : start + block]
            some = number(0)
            for j in range(len(truth)):
                error = guess[j] - truth[j]
                some += error * error
            total += some
        mean = total / x.shape[1]
        means[b] = mean if peak == 0 else -10 * math.log10(mean / (peak * peak))


def mean_modulus_of_rows(x_hat: Any, x: Any, means: Any, block: int) -> None:
    """Write the mean of ``|x_hat - x|`` of each row (B, n) to ``means``."""
    number = x.dtype.type
    for b in range(x.shape[0]):
        total = 0.0
        for start in range(0, x.shape[1], block):
            guess, truth = x_hat[b, start : start + block], x[b, start : start + block]
            some = number(0)
            for j in range(len(truth)):
                some += abs(guess[j] - truth[j])
            total += some
        means[b] = total / x.shape[1]
