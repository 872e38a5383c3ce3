"""Sums of images along lines, and their adjoint, by the fastest means at hand."""

from typing import Any

import torch
from torch import Tensor

from preimage.kernels.line_sums_loops import smear_lines_by_loops, sum_lines_by_loops
from preimage.kernels.line_sums_tensors import smear_lines_by_tensors, sum_lines_by_tensors
from preimage.kernels.lines import Lines
from preimage.machine.compiler import can_compile

__all__ = ["smear_lines", "sum_lines"]


def sum_lines(x: Tensor, lines: Lines) -> Tensor:
    """The integrals of images ``x`` (P, H, W) or (P, D, H, W) along ``lines``: (P, L)."""
    if not _is_plain(x):
        return sum_lines_by_tensors(x, lines)
    return _Sum.apply(x, lines) if _is_recorded(x) else sum_lines_by_loops(x.detach(), lines)  # pyright: ignore


def smear_lines(y: Tensor, lines: Lines) -> Tensor:
    """The adjoint of :func:`sum_lines`: images of values ``y`` (P, L)."""
    if not _is_plain(y):
        return smear_lines_by_tensors(y, lines)
    return _Smear.apply(y, lines) if _is_recorded(y) else smear_lines_by_loops(y.detach(), lines)  # pyright: ignore


def _is_plain(x: Tensor) -> bool:
    """Whether compiled loops may compute; gradients are recorded around them."""
    with torch.no_grad():
        return x.numel() > 0 and can_compile(x)


def _is_recorded(x: Tensor) -> bool:
    return x.requires_grad and torch.is_grad_enabled()


class _Sum(torch.autograd.Function):
    """Recorded as one operation, whose derivative is its adjoint."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, lines: Lines) -> Tensor:
        ctx.lines = lines
        return sum_lines_by_loops(x, lines)

    @staticmethod
    def backward(ctx: Any, y: Tensor) -> tuple[Tensor, None]:  # pyright: ignore
        return smear_lines(y, ctx.lines), None


class _Smear(torch.autograd.Function):
    """Recorded as one operation, whose derivative is its adjoint."""

    @staticmethod
    def forward(ctx: Any, y: Tensor, lines: Lines) -> Tensor:
        ctx.lines = lines
        return smear_lines_by_loops(y, lines)

    @staticmethod
    def backward(ctx: Any, x: Tensor) -> tuple[Tensor, None]:  # pyright: ignore
        return sum_lines(x, ctx.lines), None
