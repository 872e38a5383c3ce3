"""Line integrals of images and their adjoint, by the fastest means at hand."""

from typing import Any

import torch
from torch import Tensor

from preimage.kernels.projection_loops import project_by_loops, smear_by_loops
from preimage.kernels.projection_tensors import project_by_tensors, smear_by_tensors
from preimage.kernels.slabs import Slabs
from preimage.machine.compiler import can_compile

__all__ = ["project", "smear"]


def project(x: Tensor, slabs: Slabs) -> Tensor:
    """What the bins of ``slabs`` measure of planes ``x`` (P, H, W): (P, V, K)."""
    if not _is_plain(x):
        return project_by_tensors(x, slabs)
    return _Projection.apply(x, slabs) if _is_recorded(x) else project_by_loops(x.detach(), slabs)  # pyright: ignore


def smear(y: Tensor, slabs: Slabs) -> Tensor:
    """The adjoint of :func:`project`: planes (P, H, W) of sinograms ``y`` (P, V, K)."""
    if not _is_plain(y):
        return smear_by_tensors(y, slabs)
    return _Smear.apply(y, slabs) if _is_recorded(y) else smear_by_loops(y.detach(), slabs)  # pyright: ignore


def _is_plain(x: Tensor) -> bool:
    """Whether compiled loops may compute; gradients are recorded around them."""
    with torch.no_grad():
        return x.numel() > 0 and can_compile(x)


def _is_recorded(x: Tensor) -> bool:
    return x.requires_grad and torch.is_grad_enabled()


class _Projection(torch.autograd.Function):
    """Recorded as one operation, whose derivative is its adjoint."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, slabs: Slabs) -> Tensor:
        ctx.slabs = slabs
        return project_by_loops(x, slabs)

    @staticmethod
    def backward(ctx: Any, y: Tensor) -> tuple[Tensor, None]:  # pyright: ignore
        return smear(y, ctx.slabs), None


class _Smear(torch.autograd.Function):
    """Recorded as one operation, whose derivative is its adjoint."""

    @staticmethod
    def forward(ctx: Any, y: Tensor, slabs: Slabs) -> Tensor:
        ctx.slabs = slabs
        return smear_by_loops(y, slabs)

    @staticmethod
    def backward(ctx: Any, x: Tensor) -> tuple[Tensor, None]:  # pyright: ignore
        return project(x, ctx.slabs), None
