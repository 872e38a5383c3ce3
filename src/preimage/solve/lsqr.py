"""LSQR: least squares by Golub-Kahan bidiagonalisation."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from preimage._tree import leaves, norm, scale, subtract, tree_map
from preimage.solve.implicit import ADVICE, attach_pullback
from preimage.solve.solution import LinearSolution, accumulate, checked_solution, default_tol, divide

__all__ = ["lsqr"]

_Operator = Callable[[Any], Any]


def lsqr(
    apply: _Operator,
    apply_adjoint: _Operator,
    b: Any,
    tol: float | None = None,
    max_steps: int = 1000,
) -> LinearSolution:
    r"""Minimise ``||A x - b||``, and among the minimisers ``||x||``, every sample of the batch on its own.

    A sample stops when ``||A^H r|| <= tol ||A|| ||r||`` or ``||r|| <= tol ||b||`` with ``r = b - A x``, the norm of
    ``A`` being estimated (from below) on the way. Works for any shape of ``A``, singular or not, at the conditioning of
    ``A`` itself. Gradients flow to ``b`` and to whatever ``apply`` and ``apply_adjoint`` hold, where the rank of ``A``
    does not change: by solves with ``A`` and ``A^H``, no stored iterations, first order only.

    Args:
        apply, apply_adjoint: ``x -> A x`` and ``y -> A^H y``.
        b: right-hand side, a tensor (B, ...) or a tuple of them.
        tol: 1e-6 in float32 and 1e-10 in float64 by default; never taken below the machine's precision.
        max_steps: the most iterations.

    Source: Paige & Saunders 1982; the gradient is Golub & Pereyra 1973 (derivative of the pseudo-inverse).
    """
    dtype = leaves(b)[0].dtype
    accuracy = max(default_tol(dtype) if tol is None else tol, torch.finfo(dtype).eps)

    def solve(rhs: Any) -> LinearSolution:
        return _iterate(apply, apply_adjoint, rhs, accuracy, max_steps)

    def solve_adjoint(rhs: Any) -> LinearSolution:
        return _iterate(apply_adjoint, apply, rhs, accuracy, max_steps)

    solution = solve(tree_map(Tensor.detach, b))
    if not torch.is_grad_enabled():
        return solution
    return _attach_gradient(apply, apply_adjoint, b, solution, solve, solve_adjoint)


@torch.no_grad()
def _iterate(apply: _Operator, apply_adjoint: _Operator, b: Any, tol: float, max_steps: int) -> LinearSolution:
    size = norm(b)
    u = scale(divide(1, size), b)
    v = apply_adjoint(u)
    alpha, beta = norm(v), size
    v = scale(divide(1, alpha), v)
    x, w = scale(0, v), v  # 0 * v: a sample that is not finite stays so
    phi_bar, rho_bar = beta, alpha
    largest = alpha
    optimality = divide(alpha, alpha) * divide(size, size)  # 1, or 0 where x = 0 is the solution
    active = optimality > tol
    steps = torch.zeros_like(active, dtype=torch.int64)
    for _ in range(max_steps):
        if not bool(active.any()):
            break
        u = subtract(apply(v), scale(alpha, u))
        beta = norm(u)
        u = scale(divide(1, beta), u)
        largest = torch.maximum(largest, torch.hypot(alpha, beta))
        v = subtract(apply_adjoint(u), scale(beta, v))
        alpha = norm(v)
        v = scale(divide(1, alpha), v)
        # One Givens rotation takes the lower bidiagonal matrix to upper form.
        rho = torch.hypot(rho_bar, beta)
        cosine, sine = divide(rho_bar, rho), divide(beta, rho)
        accumulate(x, torch.where(active, divide(cosine * phi_bar, rho), 0), w)
        turn = torch.where(active, divide(sine * alpha, rho), 0)
        w = subtract(v, scale(turn, w))
        rho_bar = -cosine * alpha
        steps = steps + active
        # phi_bar is ||r||, and phi_bar alpha |cosine| is ||A^H r||.
        phi_bar = torch.where(active, sine * phi_bar, phi_bar)
        measured = torch.minimum(divide(alpha * cosine.abs(), largest), divide(phi_bar, size))
        optimality = torch.where(active, measured, optimality)
        active = active & (optimality > tol)
    return LinearSolution(x, steps, optimality <= tol, optimality)


def _attach_gradient(
    apply: _Operator,
    apply_adjoint: _Operator,
    b: Any,
    solution: LinearSolution,
    solve: Callable[[Any], LinearSolution],
    solve_adjoint: Callable[[Any], LinearSolution],
) -> LinearSolution:
    """Make ``x = A^+ b`` differentiable.

    ``dx = A^+ (db - dA x) + A^+ A^+H dA^H r + (I - A^+ A) dA^H z`` with ``r = b - A x`` and ``z = A^+H x``: the three
    terms in ``d`` are recorded with ``x``, ``r`` and ``z`` held.
    """
    x, told = solution.x, ("The gradient through a least-squares solution", ADVICE)
    misfit = subtract(b, apply(x))
    correlation = apply_adjoint(tree_map(Tensor.detach, misfit))
    recorded = [misfit]
    if any(leaf.requires_grad for leaf in leaves(correlation)):
        recorded += [correlation, apply_adjoint(checked_solution(solve_adjoint(x), *told))]

    def pull(gradient: Any) -> list[Tensor]:
        to_misfit = checked_solution(solve_adjoint(gradient), *told)
        pulled = leaves(to_misfit)
        if len(recorded) > 1:
            pulled = (
                pulled
                + leaves(checked_solution(solve(to_misfit), *told))
                + leaves(subtract(gradient, apply_adjoint(to_misfit)))
            )
        return pulled

    return attach_pullback(solution, pull, [leaf for tree in recorded for leaf in leaves(tree)])
