"""Which entries of a measurement were measured."""

import torch
from torch import Tensor

from preimage._tree import Measurement, sum_leaves
from preimage.physics import Physics, SpectralPhysics, Stack
from preimage.physics.bases import Pixels

__all__ = ["measured_only"]


def measured_only(y: Measurement, physics: Physics) -> tuple[Measurement, Tensor]:
    """``y`` with zero where ``physics`` sees nothing (outside a mask), and how many real numbers it sees, (B,).

    No reconstruction depends on these entries, but a count of them would take them for noise that is fitted perfectly.
    """
    if isinstance(physics, Stack):
        parts = [measured_only(leaf, part) for leaf, part in zip(y, physics.operators, strict=True)]  # pyright: ignore
        return tuple(leaf for leaf, _ in parts), torch.stack([count for _, count in parts]).sum(0)
    if isinstance(physics, SpectralPhysics) and physics.left == Pixels():
        seen = (physics.spectrum(tuple(y.shape), y.real.dtype).to(y.device) != 0).expand(y.shape)
        parts_of_number = 2 if y.is_complex() else 1
        return torch.where(seen, y, 0), parts_of_number * seen.flatten(1).sum(1).to(y.real.dtype)
    return y, sum_leaves(lambda leaf: torch.full_like(leaf.real, 2 if leaf.is_complex() else 1), y)
