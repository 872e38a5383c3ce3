"""The eight symmetries of the square."""

import torch
from torch import Tensor

from preimage.errors import ArgumentError

__all__ = ["dihedral", "dihedral_inverse"]

# (quarter turns, then whether to flip upside down), in the order of the published x8 self-ensemble.
_SYMMETRIES = ((0, False), (1, True), (0, True), (3, False), (2, True), (1, False), (2, False), (3, True))


def dihedral(x: Tensor, index: int) -> Tensor:
    """Apply a symmetry of the square to the last two dimensions: quarter turns counterclockwise, then a flip.

    In order: identity; 90 degrees and flip; flip; 270 degrees; 180 and flip; 90; 180; 270 and flip, where the flip is
    upside down.

    Args:
        x: images (..., H, W).
        index: the number of the symmetry, 0 to 7.

    Source: the order is that of Zhang et al., TPAMI 2021 (DPIR).
    """
    turns, flipped = _symmetry(index)
    turned = torch.rot90(x, turns, dims=(-2, -1)) if turns else x  # torch copies for no turn
    return turned.flip(-2) if flipped else turned


def dihedral_inverse(x: Tensor, index: int) -> Tensor:
    """The inverse of :func:`dihedral`.

    Args:
        x: images (..., H, W).
        index: the number of the symmetry that is undone, 0 to 7.
    """
    turns, flipped = _symmetry(index)
    unflipped = x.flip(-2) if flipped else x
    return torch.rot90(unflipped, -turns, dims=(-2, -1)) if turns else unflipped


def _symmetry(index: int) -> tuple[int, bool]:
    if not 0 <= index < len(_SYMMETRIES):
        raise ArgumentError(f"`index` must be in 0..7, got {index}; take it modulo 8.")
    return _SYMMETRIES[index]
