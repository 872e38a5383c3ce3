"""Gradients through a linear solve, by the implicit function theorem."""

import dataclasses
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from preimage._tree import leaves, subtract, tree_map
from preimage.solve.solution import LinearSolution

__all__ = ["attach_implicit_gradient"]

_Solver = Callable[..., LinearSolution]


def attach_implicit_gradient(
    apply: Callable[[Any], Any],
    b: Any,
    solve: _Solver,
    solve_adjoint: _Solver,
    x0: Any = None,
) -> LinearSolution:
    r"""Solve ``M x = b`` without recording, then make ``x`` differentiable in ``b`` and in the parameters of ``M``.

    With ``x* = M^-1 b``, ``x* + M^-1 (b - M x*)`` has the same value and, where only ``b - M x*`` is recorded and
    ``x*`` is held, the derivative ``M^-1 (db - dM x*)`` of the solution. Its pullback is one solve with ``M^H``.
    """
    solution = solve(tree_map(Tensor.detach, b), x0)
    if not torch.is_grad_enabled():
        return solution
    residual = subtract(b, apply(solution.x))
    if not any(leaf.requires_grad for leaf in leaves(residual)):
        return solution
    corrected = _InverseOf.apply(solve_adjoint, isinstance(b, tuple), *leaves(solution.x), *leaves(residual))
    parts = iter(corrected)
    return dataclasses.replace(solution, x=tree_map(lambda _: next(parts), solution.x))


class _InverseOf(torch.autograd.Function):
    """Forward: ``x*``. Backward: ``M^-H`` applied to the gradient, handed to the recorded residual."""

    @staticmethod
    def forward(ctx: Any, solve_adjoint: _Solver, is_tuple: bool, *tensors: Tensor) -> tuple[Tensor, ...]:
        half = len(tensors) // 2
        ctx.solve_adjoint, ctx.is_tuple, ctx.half = solve_adjoint, is_tuple, half
        return tuple(tensor.clone() for tensor in tensors[:half])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Any, ...]:
        rhs = tuple(gradients) if ctx.is_tuple else gradients[0]
        pulled = leaves(ctx.solve_adjoint(rhs).x)
        return (None, None, *(None,) * ctx.half, *pulled)
