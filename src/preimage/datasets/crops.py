"""Random crops with the eight symmetries of the square."""

from collections.abc import Sequence

import torch
from torch import Tensor

from preimage.errors import ShapeError

__all__ = ["crop_batch"]


def crop_batch(images: Sequence[Tensor], batch: int, size: int, rng: torch.Generator | None = None) -> Tensor:
    """``batch`` random square crops of uint8 ``images`` (C, H, W), flipped and transposed at random, in [0, 1].

    Returns:
        float tensor (batch, C, size, size).

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
