"""Conjugate gradients."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from preimage._tree import dot, leaves, scale, subtract, tree_map
from preimage.solve.implicit import attach_gradient_of_inverse
from preimage.solve.solution import LinearSolution, accumulate, column, default_tol, divide

__all__ = ["cg"]


def cg(
    apply: Callable[[Any], Any],
    b: Any,
    x0: Any = None,
    tol: float | None = None,
    max_steps: int = 1000,
) -> LinearSolution:
    r"""Solve ``M x = b`` for a Hermitian positive (semi-)definite ``M``, every sample of the batch on its own.

    A sample stops when ``||b - M x|| <= tol ||b||`` and then no longer changes; a zero right-hand side gives zero. The
    result does not depend on what else is in the batch. Gradients flow to ``b`` and to whatever ``apply`` holds, by the
    implicit function theorem: one more solve, no stored iterations, first order only.

    Args:
        apply: ``x -> M x``.
        b: right-hand side, a tensor (B, ...) or a tuple of them.
        x0: start, zero by default.
        tol: relative residual, 1e-6 in float32 and 1e-10 in float64 by default; 0 runs all ``max_steps``.
        max_steps: the most iterations.

    Source: Hestenes & Stiefel 1952.
    """
    accuracy = default_tol(leaves(b)[0].dtype) if tol is None else tol

    def solve(rhs: Any, start: Any = None) -> LinearSolution:
        return _iterate(apply, rhs, start, accuracy, max_steps)

    return attach_gradient_of_inverse(apply, b, solve, solve, x0)


@torch.no_grad()
def _iterate(apply: Callable[[Any], Any], b: Any, x0: Any, tol: float, max_steps: int) -> LinearSolution:
    size = _power(b)
    if x0 is None:
        x, p, power = scale(0, b), b, size
    else:
        x = scale(torch.where(size == 0, 0.0, torch.ones_like(size)), x0)
        p = subtract(b, apply(x))
        power = _power(p)
    r = tree_map(torch.clone, p)
    goal = tol**2 * size
    active = power > goal
    steps = torch.zeros_like(active, dtype=torch.int64)
    for _ in range(max_steps):
        if not bool(active.any()):
            break
        image = apply(p)
        curvature = dot(p, image)
        # A sample that is done, or has met a direction without curvature (singular M), stays where it is.
        active = active & (curvature > 0)
        alpha = torch.where(active, divide(power, curvature), 0)
        accumulate(x, alpha, p)
        accumulate(r, -alpha, image)
        new = _power(r)
        beta = torch.where(active, divide(new, power), 0)
        p = tree_map(lambda residual, direction, beta=beta: _next(residual, beta, direction), r, p)
        power = torch.where(active, new, power)
        steps = steps + active
        active = active & (power > goal)
    return LinearSolution(x, steps, (power <= goal) & goal.isfinite(), divide(power, size).sqrt())


def _next(residual: Tensor, beta: Tensor, direction: Tensor) -> Tensor:
    """``residual + beta * direction`` in one pass."""
    return torch.addcmul(residual, column(beta, residual).to(residual.dtype), direction)


def _power(tree: Any) -> Tensor:
    """``||tree||^2`` of each sample in one pass over memory, where ``dot(tree, tree)`` takes two."""
    parts = [torch.linalg.vector_norm(leaf.flatten(1), dim=1).square() for leaf in leaves(tree)]
    return parts[0] if len(parts) == 1 else torch.stack(parts).sum(0)
