"""What a linear solver returns."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

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
