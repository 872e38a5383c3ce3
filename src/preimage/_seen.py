"""Sums and counts over the entries of a measurement that were measured.

``seen`` is what :meth:`preimage.physics.Physics.seen` says: for each tensor of the measurement booleans that broadcast
to it, or ``None`` where every entry was measured.
"""

import torch
from torch import Tensor

from preimage._tree import Measurement, leaves, tree_map

__all__ = ["count_seen", "keep_seen", "sum_seen"]


def keep_seen(y: Measurement, seen: Measurement) -> Measurement:
    """``y``, zero where the booleans of ``seen`` are false; ``None`` keeps all of a leaf."""
    return tree_map(lambda leaf, mask: leaf if mask is None else torch.where(mask, leaf, 0), y, seen)


def sum_seen(values: Measurement, seen: Measurement) -> Tensor:
    """The sum of ``values`` over the entries measured, (B,)."""
    return torch.stack([leaf.flatten(1).sum(1) for leaf in leaves(keep_seen(values, seen))]).sum(0)


def count_seen(y: Measurement, seen: Measurement) -> Tensor:
    """How many real numbers were measured, (B,): a complex one counts twice."""

    def parts(leaf: Tensor) -> Tensor:
        one = torch.full((), 2 if leaf.is_complex() else 1, dtype=leaf.real.dtype, device=leaf.device)
        return one.expand(leaf.shape)

    return sum_seen(tree_map(parts, y), seen)
