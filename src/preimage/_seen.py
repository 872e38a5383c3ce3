"""Sums and counts over the entries of a measurement that were measured.

``seen`` is what :meth:`preimage.physics.Physics.seen` says: for each tensor of the measurement booleans that broadcast
to it, or ``None`` where every entry was measured.
"""

import torch
from torch import Tensor

from preimage._tree import Measurement, leaves, tree_map
from preimage.kernels.pointwise.masking_loops import mask_in_loops
from preimage.machine.compiler import can_compile, is_transformed

__all__ = ["count_seen", "is_finite_here", "keep_seen", "sum_seen", "weighted_seen", "without_unseen"]

_FEW = 1 << 15  # numbers below which one more pass costs less than a loop that begins


def keep_seen(y: Measurement, seen: Measurement) -> Measurement:
    """``y``, zero where the booleans of ``seen`` are false; ``None`` keeps all of a leaf."""
    return tree_map(lambda leaf, mask: leaf if mask is None else torch.where(mask, leaf, 0), y, seen)


def weighted_seen(weight: Tensor, y: Tensor) -> Tensor:
    """``weight * y``, zero where the weight is, be ``y`` NaN there or infinite. Gradients are those of the product."""
    if _is_plain(weight, y):
        return mask_in_loops(weight, y)
    product = weight * y
    return product if is_finite_here(product.detach().sum()) else weight * without_unseen(y, weight)


def _is_plain(weight: Tensor, y: Tensor) -> bool:
    """Whether loops may work on real numbers, and weights that are the same for all leading entries."""
    axes = y.ndim - weight.ndim
    shared = axes >= 0 and y.numel() > _FEW
    first = next((axis for axis, size in enumerate(weight.shape) if size > 1), weight.ndim)
    is_last = shared and weight.shape[first:] == y.shape[axes + first :]
    return is_last and can_compile(weight, y)


def without_unseen(y: Tensor, weight: Tensor) -> Tensor:
    """``y`` with zero in place of what is not finite where the weight is zero."""
    return torch.where((weight != 0) | y.isfinite(), y, 0)


def is_finite_here(probe: Tensor) -> bool:
    """Whether ``probe`` is finite and may be looked at: on a CPU, outside of transforms and compilation."""
    if torch.compiler.is_compiling() or is_transformed() or probe.device.type != "cpu":
        return False
    return bool(probe.isfinite().all())


def sum_seen(values: Measurement, seen: Measurement) -> Tensor:
    """The sum of ``values`` over the entries measured, (B,)."""
    return torch.stack([leaf.flatten(1).sum(1) for leaf in leaves(keep_seen(values, seen))]).sum(0)


def count_seen(y: Measurement, seen: Measurement) -> Tensor:
    """How many real numbers were measured, (B,): a complex one counts twice."""

    def parts(leaf: Tensor) -> Tensor:
        one = torch.full((), 2 if leaf.is_complex() else 1, dtype=leaf.real.dtype, device=leaf.device)
        return one.expand_as(leaf)

    return sum_seen(tree_map(parts, y), seen)
