"""Sums, copies and gathered numbers through which gradients flow.

What every process holds alike is *replicated*: a loss, a step size, an image. What each holds a part of is *sharded*.
The convention of all gradients here: the loss is replicated, the gradient of what is replicated is replicated, and the
gradient of what is sharded is sharded alike.
"""

from typing import Any

import torch
from torch import Tensor

from preimage.distributed.mesh import Mesh

__all__ = ["every_partial", "for_all", "sum_of_all"]


def every_partial(local: Tensor, mesh: Mesh) -> Tensor:
    """``local`` of every process, (P, ...), in the order of ranks: replicated."""
    return _Gather.apply(local, mesh)


def sum_of_all(local: Tensor, mesh: Mesh) -> Tensor:
    """The sum of what each process holds, replicated."""
    return _Sum.apply(local, mesh)


def for_all(x: Tensor, mesh: Mesh) -> Tensor:
    """The replicated ``x``, of which each process goes on to use its own way: gradients are summed over them."""
    return _Share.apply(x, mesh)


class _Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, local: Tensor, mesh: Mesh) -> Tensor:
        ctx.rank = mesh.rank
        return mesh.gather(local)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        return grads[0][ctx.rank], None


class _Sum(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, local: Tensor, mesh: Mesh) -> Tensor:
        return mesh.sum(local).view_as(local)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        return grads[0], None


class _Share(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, mesh: Mesh) -> Tensor:
        ctx.mesh = mesh
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
        return _Sum.apply(grads[0], ctx.mesh), None
