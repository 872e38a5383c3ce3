"""Arithmetic on counts: gradients and proxes of Poisson likelihoods, and the step of expectation maximisation."""

import torch
from torch import Tensor

from preimage.kernels.pointwise.counts_loops import grad_in_loops, prox_in_loops, ratio_in_loops, scale_in_loops
from preimage.machine.compiler import can_compile

__all__ = ["poisson_grad", "poisson_prox", "ratio_of_counts", "scale_by_counts"]


def poisson_grad(z: Tensor, y: Tensor, gain: Tensor, background: Tensor) -> Tensor:
    """``(w - y) / (gain w)`` with ``w = z + background``: ``1 / gain`` where ``y`` is zero, -infinite where ``w < 0``.

    Args:
        z: the mean without background.
        y: the counts, shaped like ``z``.
        gain: units per count, of the rank of ``z``, and broadcast over it.
        background: the mean of what is counted without an image, >= 0, likewise.
    """
    if _are_plain(z, y) and _are_per_sample(z, gain, background):
        return grad_in_loops(z, y, gain, background)
    w, none = z + background, y == 0
    share = torch.where(none, 1, (w - y) / torch.where(none, 1, w))  # 1 - y / w would cancel
    return torch.where(w < 0, -torch.inf, share / gain)


def poisson_prox(z: Tensor, y: Tensor, rate: Tensor, background: Tensor) -> Tensor:
    """``w - background`` with ``w >= 0`` the root of ``w^2 - (z + background - rate) w - rate y = 0``.

    Args:
        z: where the prox is taken.
        y: the counts, shaped like ``z``.
        rate: the step over the gain, of the rank of ``z``, and broadcast over it.
        background: the mean of what is counted without an image, >= 0, likewise.
    """
    if _are_plain(z, y) and _are_per_sample(z, rate, background):
        return prox_in_loops(z, y, rate, background)
    half, product = (z + background - rate) / 2, rate * y
    # w = half + root; where half < 0 that would cancel, but the product of both roots is known.
    larger = torch.addcmul(product, half, half).sqrt() + half.abs()
    w = torch.where(half > 0, larger, product / larger.clamp_min(torch.finfo(z.dtype).tiny))
    return w - background


def ratio_of_counts(z: Tensor, y: Tensor, background: Tensor) -> Tensor:
    """``y / (z + background)``, zero where the denominator is not above zero; shapes as in :func:`poisson_grad`."""
    if _are_plain(z, y) and _are_per_sample(z, background):
        return ratio_in_loops(z, y, background)
    return y / torch.threshold(z + background, 0, torch.inf)


def scale_by_counts(x: Tensor, ratio: Tensor, seen: Tensor) -> Tensor:
    """``x + x (r - seen) / seen`` with ``r = max(ratio, 0)``, three tensors of one shape; ``x`` unless ``seen > 0``."""
    if _are_plain(x, ratio, seen):
        return scale_in_loops(x, ratio, seen)
    return torch.addcmul(x, x, (ratio.clamp_min(0) - seen) / torch.threshold(seen, 0, torch.inf))


def _are_plain(first: Tensor, *others: Tensor) -> bool:
    """Whether loops may work on tensors of one shape and precision."""
    alike = all(other.shape == first.shape for other in others)
    return alike and first.ndim > 0 and can_compile(first, *others)


def _are_per_sample(like: Tensor, *values: Tensor) -> bool:
    """Whether each of ``values`` is one number for a sample, or for all."""
    fit = all(v.shape[1:].numel() == 1 and len(v) in (1, len(like)) for v in values)
    return fit and can_compile(like, *values)
