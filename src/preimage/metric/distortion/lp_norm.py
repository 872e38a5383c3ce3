"""Norms of the error."""

import math

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.metric.base import Metric, check_pair

__all__ = ["LpNorm"]


class LpNorm(Metric):
    """``(sum_i |x_hat_i - x_i|^p)^(1 / p)`` over all values of an image; their largest where ``p`` is infinite.

    Channels and borders count like any other values. Images may be complex.

    Args:
        p: > 0; below 1 it is no norm.

    Raises:
        ArgumentError: ``p`` is not positive.

    Source: the definition.
    """

    def __init__(self, p: float = 2.0) -> None:
        super().__init__()
        if not p > 0 or math.isnan(p):
            raise ArgumentError(f"`p` must be positive, got {p}; use 1, 2 or math.inf.")
        self.p = p

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each image, (B,)."""
        check_pair(x_hat, x)
        return torch.linalg.vector_norm((x_hat - x).flatten(1), self.p, dim=1)
