"""The orthonormal wavelet transform, by the fastest means at hand."""

from typing import Any

import torch
from torch import Tensor

from preimage.kernels.wavelet_loops import analysis_by_loops, synthesis_by_loops
from preimage.kernels.wavelet_tensors import FilterBank, analysis_by_tensors, synthesis_by_tensors
from preimage.machine.compiler import can_compile

__all__ = ["analysis", "synthesis"]


def analysis(x: Tensor, bank: FilterBank) -> Tensor:
    """The packed coefficients of ``x``, real: along every axis first those of low pass.

    Coefficient k is ``sum_i filter[i] x[2k - reach + i]``, periodic, with ``reach`` one less than half the length. At
    a level where an axis is odd its last sample stands outside the period and goes to the low-pass half as it is.
    """
    if not can_compile(x.detach()):
        return analysis_by_tensors(x, bank)
    return _Analysis.apply(x, bank) if _is_recorded(x) else analysis_by_loops(x, bank)  # type: ignore[return-value]


def synthesis(c: Tensor, bank: FilterBank) -> Tensor:
    """The inverse of :func:`analysis`, and its adjoint: ``filter[i] c[k]`` goes to sample ``2k - reach + i``."""
    if not can_compile(c.detach()):
        return synthesis_by_tensors(c, bank)
    return _Synthesis.apply(c, bank) if _is_recorded(c) else synthesis_by_loops(c, bank)  # type: ignore[return-value]


def _is_recorded(x: Tensor) -> bool:
    return x.requires_grad and torch.is_grad_enabled()


class _Analysis(torch.autograd.Function):
    """Its derivative is the synthesis, since that is the adjoint."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, bank: FilterBank) -> Tensor:  # type: ignore[override]
        ctx.bank = bank
        return analysis(x, bank)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:  # type: ignore[override]
        return synthesis(grad, ctx.bank), None


class _Synthesis(torch.autograd.Function):
    """Its derivative is the analysis."""

    @staticmethod
    def forward(ctx: Any, c: Tensor, bank: FilterBank) -> Tensor:  # type: ignore[override]
        ctx.bank = bank
        return synthesis(c, bank)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:  # type: ignore[override]
        return analysis(grad, ctx.bank), None
