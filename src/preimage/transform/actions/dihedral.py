"""The eight symmetries of the square."""

from collections.abc import Iterator

import torch
from torch import Tensor
from typing_extensions import override

from preimage._shapes import check_image
from preimage.errors import ArgumentError, ShapeError
from preimage.transform.actions.base import FiniteGroup, image_by_image, uniforms

__all__ = ["Dihedral", "dihedral", "dihedral_inverse"]

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


class Dihedral(FiniteGroup):
    """The eight symmetries of the square, :func:`dihedral`, on rows and columns: exact.

    The parameters (B,) are their numbers, all equally likely. Images that are not square change their shape under
    symmetries 1, 3, 5 and 7; a batch of them must have either these or the others.
    """

    is_rigid = True

    @override
    def draw(self, batch: int, rng: torch.Generator | None = None) -> Tensor:
        return (8 * uniforms(batch, 1, rng)[:, 0]).long()

    @override
    def transform(self, x: Tensor, params: Tensor) -> Tensor:
        return image_by_image(dihedral, _square_if(x, params), params.tolist())

    @override
    def inverse(self, x: Tensor, params: Tensor) -> Tensor:
        return image_by_image(dihedral_inverse, _square_if(x, params), params.tolist())

    @override
    def elements(self, x: Tensor) -> Iterator[Tensor]:
        for index in range(len(_SYMMETRIES)):
            yield torch.tensor([index])


def _square_if(x: Tensor, indices: Tensor) -> Tensor:
    """``x``, which must be square if some symmetries would change its shape and others not."""
    check_image(x)
    if x.shape[-2] != x.shape[-1] and len(set((indices % 2).tolist())) > 1:
        raise ShapeError(
            f"`x` must be square to have symmetries with and without a quarter turn in one batch, got "
            f"{tuple(x.shape)}; crop it, or take Reflect()."
        )
    return x
