"""BiCGSTAB: systems that need not be Hermitian."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage.solve.implicit import attach_gradient_of_inverse
from preimage.solve.solution import LinearSolution, column, default_tol, divide

__all__ = ["bicgstab"]

_RUNS = 5


def bicgstab(
    apply: Callable[[Tensor], Tensor],
    apply_adjoint: Callable[[Tensor], Tensor],
    b: Tensor,
    tol: float | None = None,
    max_steps: int = 1000,
) -> LinearSolution:
    r"""Solve ``M x = b`` for an invertible ``M``, every sample of the batch on its own.

    Each step applies ``M`` twice. A sample stops when ``||b - M x|| <= tol ||b||``; one that breaks down, or does not
    converge, says so by ``converged``, which looks at the true residual. Gradients flow to ``b`` and to whatever
    ``apply`` holds by the implicit function theorem, first order only: one solve with ``M^H``.

    Args:
        apply: ``x -> M x``.
        apply_adjoint: ``x -> M^H x``, asked for by gradients alone.
        b: right-hand side, (B, ...), real or complex.
        tol: relative residual, 1e-6 in float32 and 1e-10 in float64 by default.
        max_steps: the most steps.

    Source: van der Vorst, "Bi-CGSTAB: a fast and smoothly converging variant of Bi-CG", 1992.
    """
    accuracy = default_tol(b.dtype) if tol is None else tol

    def solve(rhs: Tensor, _: object = None) -> LinearSolution:
        return _iterate(apply, rhs, accuracy, max_steps)

    def solve_adjoint(rhs: Tensor) -> LinearSolution:
        return _iterate(apply_adjoint, rhs, accuracy, max_steps)

    return attach_gradient_of_inverse(apply, b, solve, solve_adjoint)


@torch.no_grad()
def _iterate(apply: Callable[[Tensor], Tensor], b: Tensor, tol: float, max_steps: int) -> LinearSolution:
    """Runs from where the last one ended, until true residuals, which rounding parts from computed ones, are small."""
    size = _norm(b)
    x, r, steps = torch.zeros_like(b), b, torch.zeros(len(b), dtype=torch.int64, device=b.device)
    active = size > 0
    for _ in range(_RUNS):
        if not bool(active.any()):
            break
        x, steps = _run(apply, x, r, tol * size, (active, steps, max_steps))
        r = b - apply(x)
        active = (_norm(r) > tol * size) & (steps < max_steps)
    relative = divide(_norm(r), size)
    return LinearSolution(x, steps, (relative <= tol) & size.isfinite(), relative)


def _run(
    apply: Callable[[Tensor], Tensor], x: Tensor, r: Tensor, goal: Tensor, counts: tuple[Tensor, Tensor, int]
) -> tuple[Tensor, Tensor]:
    """``x`` and the steps taken, when every sample has met its goal, broken down, or run out of steps."""
    active, steps, most = counts
    shadow, p, power = r, r, _inner(r, r)
    while bool(active.any()):
        image = apply(p)
        alpha = torch.where(active, _ratio(power, _inner(shadow, image)), 0)
        s = r - _times(alpha, image)
        pushed = apply(s)
        omega = torch.where(active, _ratio(_inner(pushed, s), _inner(pushed, pushed)), 0)
        x = x + _times(alpha, p) + _times(omega, s)
        r = s - _times(omega, pushed)
        new = _inner(shadow, r)
        steps = steps + active
        # A sample without a way ahead (a breakdown) ends its run.
        ahead = (alpha != 0) & (omega != 0) & (new != 0)
        active = active & ahead & (_norm(r) > goal) & (steps < most)
        beta = torch.where(active, _ratio(new * alpha, power * omega), 0)
        p = r + _times(beta, p - _times(omega, image))
        power = new
    return x, steps


def _inner(a: Tensor, b: Tensor) -> Tensor:
    return (a.conj() * b).flatten(1).sum(1)


def _norm(a: Tensor) -> Tensor:
    return torch.linalg.vector_norm(a.flatten(1), dim=1)


def _ratio(numerator: Tensor, denominator: Tensor) -> Tensor:
    zero = denominator == 0
    return torch.where(zero, 0, numerator / torch.where(zero, 1, denominator))


def _times(factor: Tensor, v: Tensor) -> Tensor:
    return column(factor, v) * v
