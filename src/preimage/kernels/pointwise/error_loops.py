"""Mean errors as compiled loops."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.machine.compiler import compiled

__all__ = ["errors_in_loops"]

_BLOCK = 1024  # entries summed in their own precision, before the sums are added in double precision


def errors_in_loops(x_hat: Tensor, x: Tensor, squared: bool) -> Tensor:
    """:func:`preimage.kernels.pointwise.error.mean_error` for (B, n) on a CPU, not recorded."""
    guess, truth = x_hat.contiguous().numpy(), x.contiguous().numpy()  # other layouts would be compiled once more
    means = np.empty(len(truth), truth.dtype)
    compiled(mean_square_of_rows if squared else mean_modulus_of_rows)(guess, truth, means, _BLOCK)
    return torch.from_numpy(means)


def mean_square_of_rows(x_hat: Any, x: Any, means: Any, block: int) -> None:
    """Write the mean of ``(x_hat - x)^2`` of each row (B, n) to ``means``."""
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
        means[b] = total / x.shape[1]


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
