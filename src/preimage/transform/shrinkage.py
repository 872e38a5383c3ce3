"""Soft thresholding."""

import torch
from torch import Tensor

from preimage._tree import squared_modulus
from preimage.kernels.pointwise.threshold import towards_zero

__all__ = ["group_length", "group_threshold", "soft_threshold"]

_FEW = 2**13


def soft_threshold(x: Tensor, threshold: float | Tensor) -> Tensor:
    """``x max(1 - threshold / |x|, 0)``: ``x``, real or complex, moved towards zero by ``threshold`` >= 0.

    Source: Donoho, "De-noising by soft-thresholding", IEEE Transactions on Information Theory 41, 1995.
    """
    if x.is_complex():
        size = x.abs()
        return x * ((size - threshold).clamp_min(0) / size.where(size > 0, 1))
    # Of few numbers the choice between loops costs more than it saves.
    if not isinstance(threshold, Tensor) or x.numel() > _FEW:
        return towards_zero(x, threshold)
    return x - x.clamp(-threshold, threshold)


def group_length(x: Tensor, axes: tuple[int, ...]) -> Tensor:
    """``||x||`` over ``axes``, which stay as ones; its derivative is zero where it is.

    For few numbers in a group this is many times as fast as :func:`torch.linalg.vector_norm`.

    Args:
        x: a tensor, real or complex.
        axes: those of the numbers of a group; without axes, every number is a group: ``|x|``.
    """
    if not axes:
        return x.abs()
    power = squared_modulus(x).sum(axes, keepdim=True)
    return torch.where(power != 0, power.where(power != 0, 1).sqrt(), 0)  # a root of zero has no derivative


def group_threshold(x: Tensor, threshold: Tensor, axes: tuple[int, ...]) -> Tensor:
    """``x max(1 - threshold / ||x||, 0)`` with the Euclidean norm over ``axes``: every group of numbers shortened.

    Args:
        x: a tensor, real or complex.
        threshold: by how much, >= 0, broadcastable to the lengths.
        axes: those of the numbers of a group; without axes, every number is a group.
    """
    if not axes:
        return soft_threshold(x, threshold)
    size = group_length(x, axes)
    return x * ((size - threshold).clamp_min(0) / size.where(size > 0, 1))
