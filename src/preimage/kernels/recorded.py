"""Linear maps by compiled loops, recorded for gradients as one operation."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from preimage.machine.compiler import can_compile

__all__ = ["apply_linear"]

LinearMap = Callable[[Tensor], Tensor]


def apply_linear(x: Tensor, loops: LinearMap, tensors: LinearMap, adjoint: LinearMap) -> Tensor:
    """``loops(x)`` where compiled loops may compute, else ``tensors(x)``.

    Args:
        x: what the map is applied to.
        loops: the map, by compiled loops.
        tensors: the same map by operations of PyTorch, which define it.
        adjoint: its adjoint, for the gradient; where gradients of it are asked for, it records them in turn.
    """
    with torch.no_grad():
        is_plain = x.numel() > 0 and can_compile(x)
    if not is_plain:
        return tensors(x)
    if x.requires_grad and torch.is_grad_enabled():
        return _Recorded.apply(x, loops, adjoint)  # pyright: ignore
    return loops(x.detach())


class _Recorded(torch.autograd.Function):
    """One operation, whose derivative is its adjoint."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, loops: LinearMap, adjoint: LinearMap) -> Tensor:
        ctx.adjoint = adjoint
        return loops(x)

    @staticmethod
    def backward(ctx: Any, y: Tensor) -> tuple[Tensor, None, None]:  # pyright: ignore
        return ctx.adjoint(y), None, None
