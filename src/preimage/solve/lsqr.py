"""LSQR: least squares by Golub-Kahan bidiagonalisation."""

from collections.abc import Callable
from typing import Any

from preimage.solve.solution import LinearSolution

__all__ = ["lsqr"]


def lsqr(
    apply: Callable[[Any], Any],
    apply_adjoint: Callable[[Any], Any],
    b: Any,
    tol: float | None = None,
    max_steps: int = 1000,
) -> LinearSolution:
    r"""Minimise ``||A x - b||``, and among the minimisers ``||x||``, every sample of the batch on its own.

    A sample stops when ``||A^H r|| <= tol ||A|| ||r||`` or ``||r|| <= tol ||b||`` with ``r = b - A x``, the norm of
    ``A`` being estimated on the way. Works for any shape of ``A``, singular or not, at the conditioning of ``A`` itself.

    Args:
        apply, apply_adjoint: ``x -> A x`` and ``y -> A^H y``.
        b: right-hand side, a tensor (B, ...) or a tuple of them.
        tol: 1e-6 in float32 and 1e-10 in float64 by default.
        max_steps: the most iterations.

    Source: Paige & Saunders 1982.
    """
    raise NotImplementedError
