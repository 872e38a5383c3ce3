"""Random crops with the eight symmetries of the square."""

from collections.abc import Sequence

import torch
from torch import Tensor

from preimage.errors import ShapeError

__all__ = ["crop_batch"]


def crop_batch(images: Sequence[Tensor], batch: int, size: int, rng: torch.Generator | None = None) -> Tensor:
    """Cut square crops at random places, flip and transpose them at random, and scale them to [0, 1].

    Args:
        images: uint8 tensors (C, H, W).
        batch: how many crops.
        size: height and width of a crop.
        rng: the generator of places and symmetries; the global one by default.

    Returns:
        A float tensor (batch, C, size, size).

    Raises:
        ShapeError: an image is smaller than a crop.
    """
    draws = torch.randint(0, 2**31, (batch, 4), generator=rng).tolist()
    crops = []
    for which, row, column, symmetry in draws:
        image = images[which % len(images)]
        height, width = image.shape[-2:]
        if min(height, width) < size:
            raise ShapeError(f"`images` must be at least {size}x{size}, got {height}x{width}; use smaller crops.")
        top, left = row % (height - size + 1), column % (width - size + 1)
        crop = image[:, top : top + size, left : left + size]
        crop = crop.flip(-1) if symmetry & 1 else crop
        crop = crop.flip(-2) if symmetry & 2 else crop
        crops.append(crop.mT if symmetry & 4 else crop)
    return torch.stack(crops).float() / 255
