"""What a linear solver returns, and the few operations on batches the solvers share."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from preimage._tree import leaves

__all__ = ["LinearSolution"]


@dataclass(frozen=True)
class LinearSolution:
    """The result of a Krylov solver, with one entry per sample in ``steps``, ``converged`` and ``residual``.

    Attributes:
        x: the solution, like the unknown.
        steps: iterations each sample took, (B,).
        converged: whether each sample reached the tolerance, (B,).
        residual: the relative residual the solver's stopping rule looked at, (B,).
    """

    x: Any
    steps: Tensor
    converged: Tensor
    residual: Tensor


def default_tol(dtype: torch.dtype) -> float:
    """Relative accuracy a solver aims at unless told: 1e-6 in float32, 1e-10 in float64."""
    return 1e-10 if dtype in (torch.float64, torch.complex128) else 1e-6


def divide(numerator: float | Tensor, denominator: Tensor) -> Tensor:
    """``numerator / denominator``, and zero where the denominator is."""
    zero = denominator == 0
    return torch.where(zero, 0, numerator / torch.where(zero, 1, denominator))


def accumulate(tree: Any, factor: Tensor, other: Any) -> None:
    """``tree += factor * other`` in place, leaf by leaf, with one factor per sample."""
    for leaf, term in zip(leaves(tree), leaves(other), strict=True):
        leaf.addcmul_(column(factor, leaf).to(leaf.dtype), term)


def column(factor: Tensor, like: Tensor) -> Tensor:
    """``factor`` (B,) shaped to broadcast over ``like``."""
    return factor.reshape(-1, *(1,) * (like.ndim - 1))
