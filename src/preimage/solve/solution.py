"""What a linear solver returns, and the few operations on batches the solvers share."""

import warnings
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from preimage._tree import leaves
from preimage.errors import ConvergenceWarning

__all__ = ["LinearSolution", "checked_solution"]


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


def checked_solution(solution: LinearSolution, what: str, advice: str, measure: str = "relative residual") -> Any:
    """``solution.x``, with a warning where a sample has stopped short of its tolerance.

    For callers that hand on the unknown alone. Samples that are not finite show it themselves. Numbers are rounded to
    one digit, so that the same warning from a loop is shown once.

    Args:
        solution: what a solver returned.
        what: was solved; the beginning of the message.
        advice: what to do next, the end of the message.
        measure: name of ``solution.residual``.

    Warns:
        ConvergenceWarning: a sample has not converged.
    """
    short = ~solution.converged & solution.residual.isfinite()
    if bool(short.any()):
        reached = float(solution.residual[short].max())
        warnings.warn(
            f"{what} stopped after {int(solution.steps[short].max())} steps at a {measure} of {reached:.0e}, above its "
            f"tolerance; {advice}.",
            ConvergenceWarning,
            stacklevel=3,
        )
    return solution.x


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
