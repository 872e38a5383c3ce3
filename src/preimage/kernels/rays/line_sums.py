"""Sums of images along lines, and their adjoint, by the fastest means at hand."""

from functools import partial

from torch import Tensor

from preimage.kernels.rays.line_sums_loops import smear_lines_by_loops, sum_lines_by_loops
from preimage.kernels.rays.line_sums_tensors import smear_lines_by_tensors, sum_lines_by_tensors
from preimage.kernels.rays.lines import Lines
from preimage.kernels.recorded import apply_linear

__all__ = ["smear_lines", "sum_lines"]


def sum_lines(x: Tensor, lines: Lines) -> Tensor:
    """The integrals of images ``x`` (P, H, W) or (P, D, H, W) along ``lines``: (P, L)."""
    loops, tensors, adjoint = (partial(f, lines=lines) for f in (sum_lines_by_loops, sum_lines_by_tensors, smear_lines))
    return apply_linear(x, loops, tensors, adjoint)


def smear_lines(y: Tensor, lines: Lines) -> Tensor:
    """The adjoint of :func:`sum_lines`: images of values ``y`` (P, L)."""
    both = smear_lines_by_loops, smear_lines_by_tensors, sum_lines
    loops, tensors, adjoint = (partial(f, lines=lines) for f in both)
    return apply_linear(y, loops, tensors, adjoint)
