"""Gradients through a linear solve, by the implicit function theorem."""

import dataclasses
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from preimage._tree import leaves, subtract, tree_map
from preimage.errors import CapabilityError
from preimage.solve.solution import LinearSolution, checked_solution

__all__ = ["attach_gradient_of_inverse", "attach_pullback"]

ADVICE = "raise `max_steps` or `tol` of the solve"

_Solver = Callable[..., LinearSolution]


def attach_gradient_of_inverse(
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

    def pull(gradient: Any) -> list[Tensor]:
        return leaves(checked_solution(solve_adjoint(gradient), "The gradient through a linear solve", ADVICE))

    return attach_pullback(solution, pull, leaves(residual))


def attach_pullback(
    solution: LinearSolution, pull: Callable[[Any], list[Tensor]], tensors: list[Tensor]
) -> LinearSolution:
    """``solution`` with an ``x`` whose gradient ``g`` is handed to ``tensors`` as ``pull(g)``.

    First derivatives only: differentiating the pullback again is an error, not a silent zero.
    """
    if not any(tensor.requires_grad for tensor in tensors):
        return solution
    x = solution.x

    def pull_leaves(gradients: tuple[Tensor, ...]) -> list[Tensor]:
        each = iter(gradients)
        return pull(tree_map(lambda _: next(each), x))

    parts = iter(_Held.apply(pull_leaves, len(leaves(x)), *leaves(x), *tensors))
    return dataclasses.replace(solution, x=tree_map(lambda _: next(parts), x))


class _Held(torch.autograd.Function):
    """Forward: the first ``count`` tensors. Backward: what ``pull`` makes of their gradients, for the other tensors."""

    @staticmethod
    def forward(ctx: Any, pull: Callable[..., list[Tensor]], count: int, *tensors: Tensor) -> tuple[Tensor, ...]:
        ctx.pull, ctx.count = pull, count
        return tuple(tensor.clone() for tensor in tensors[:count])

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Any, ...]:  # pyright: ignore[reportIncompatibleMethodOverride]
        if torch.is_grad_enabled():
            raise CapabilityError(
                "gradients through a solve must be of first order, got create_graph=True; leave it out."
            )
        return (None, None, *(None,) * ctx.count, *ctx.pull(gradients))
