"""Sums and counts over the entries of a measurement that were measured.

``measured`` is what :meth:`preimage.physics.Physics.measured` says: for each tensor of the measurement booleans that
broadcast to it, or ``None`` where every entry was measured.
"""

import torch
from torch import Tensor

from preimage._tree import Measurement, keep_measured, leaves, tree_map

__all__ = ["count_measured", "sum_measured"]


def sum_measured(values: Measurement, measured: Measurement) -> Tensor:
    """The sum of ``values`` over the entries measured, (B,)."""
    return torch.stack([leaf.flatten(1).sum(1) for leaf in leaves(keep_measured(values, measured))]).sum(0)


def count_measured(y: Measurement, measured: Measurement) -> Tensor:
    """How many real numbers were measured, (B,): a complex one counts twice."""

    def parts(leaf: Tensor) -> Tensor:
        one = torch.full((), 2 if leaf.is_complex() else 1, dtype=leaf.real.dtype, device=leaf.device)
        return one.expand(leaf.shape)

    return sum_measured(tree_map(parts, y), measured)
