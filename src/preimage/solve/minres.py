"""MINRES: Hermitian systems, definite or not."""

from collections.abc import Callable
from typing import Any

import torch

from preimage._tree import dot, leaves, norm, scale, subtract, tree_map
from preimage.solve.implicit import attach_gradient_of_inverse
from preimage.solve.solution import LinearSolution, accumulate, default_tol, divide

__all__ = ["minres"]


def minres(
    apply: Callable[[Any], Any],
    b: Any,
    tol: float | None = None,
    max_steps: int = 1000,
) -> LinearSolution:
    r"""Solve ``M x = b`` for a Hermitian, possibly indefinite or singular ``M``, every sample of the batch on its own.

    Each iterate minimises ``||b - M x||`` over a Krylov space. A sample stops when ``||r|| <= tol ||b||``, or, where
    the system has no solution, when ``||M r|| <= tol ||M|| ||r||``. With a singular ``M`` the result is the solution of
    minimum norm if there is one, else some least-squares solution (:func:`lsqr` gives the shortest). Gradients flow to
    ``b`` and to whatever ``apply`` holds by the implicit function theorem, first order only, where ``M`` is invertible.

    Args:
        apply: ``x -> M x``.
        b: right-hand side, a tensor (B, ...) or a tuple of them.
        tol: 1e-6 in float32 and 1e-10 in float64 by default; never taken below the machine's precision.
        max_steps: the most iterations.

    Source: Paige & Saunders 1975.
    """
    dtype = leaves(b)[0].dtype
    accuracy = max(default_tol(dtype) if tol is None else tol, torch.finfo(dtype).eps)

    def solve(rhs: Any, _: Any = None) -> LinearSolution:
        return _iterate(apply, rhs, accuracy, max_steps)

    return attach_gradient_of_inverse(apply, b, solve, solve)


@torch.no_grad()
def _iterate(apply: Callable[[Any], Any], b: Any, tol: float, max_steps: int) -> LinearSolution:
    size = norm(b)
    v = scale(divide(1, size), b)
    x = scale(0, v)  # not zeros: a sample that is not finite stays so
    v_old, w, w_old = x, x, x
    beta, phi = 0 * size, size
    # The last two rotations, and the largest column of the tridiagonal matrix, which bounds ||M|| from below.
    cosine, sine, cosine_old, sine_old = divide(size, size), 0 * size, divide(size, size), 0 * size
    largest = 0 * size
    residual = divide(size, size)  # 1, or 0 where x = 0 is the solution
    active, converged = residual > tol, residual <= tol
    floor = max(tol, 100 * torch.finfo(size.dtype).eps)  # rounding keeps the slope from falling further
    steps = torch.zeros_like(active, dtype=torch.int64)
    x = tree_map(torch.clone, x)
    for _ in range(max_steps):
        if not bool(active.any()):
            break
        image = apply(v)
        alpha = dot(v, image)
        ahead = subtract(subtract(image, scale(alpha, v)), scale(beta, v_old))
        beta_new = norm(ahead)
        largest = torch.maximum(largest, (alpha**2 + beta**2 + beta_new**2).sqrt())
        # Column (beta, alpha, beta_new) of the tridiagonal matrix after the two previous rotations, then this one.
        epsilon, delta_bar = sine_old * beta, cosine_old * beta
        delta, gamma_bar = cosine * delta_bar + sine * alpha, cosine * alpha - sine * delta_bar
        gamma = torch.hypot(gamma_bar, beta_new)
        cosine_old, sine_old = cosine, sine
        cosine, sine = divide(gamma_bar, gamma), divide(beta_new, gamma)
        direction = subtract(subtract(v, scale(delta, w)), scale(epsilon, w_old))
        w_old, w = w, scale(torch.where(active, divide(1, gamma), 0), direction)
        # ||M r|| / (||M|| ||r||) before this step: at a least-squares solution it would only divide by zero.
        slope = divide(torch.hypot(gamma_bar, beta_new * cosine_old), largest)
        advance = active & (slope > floor)
        accumulate(x, torch.where(advance, cosine * phi, 0), w)
        phi = torch.where(advance, -sine * phi, phi)
        steps = steps + active
        residual = torch.where(advance, divide(phi.abs(), size), torch.where(active, slope, residual))
        stopped = advance.logical_not() | (residual <= tol)
        converged = converged | (active & stopped)
        active = active & ~stopped
        v_old, v, beta = v, scale(divide(1, beta_new), ahead), beta_new
    return LinearSolution(x, steps, converged, residual)
