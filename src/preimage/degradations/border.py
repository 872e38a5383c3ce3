"""Pictures continued beyond their border by mirrors."""

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["mirrored"]


def mirrored(x: Tensor, margin: int) -> Tensor:
    """``x`` (..., H, W) continued by ``margin`` pixels on each side, mirrored at the middle of the outermost pixel.

    Where a side is shorter than the margin, mirrors face each other. Colours of a mosaic stay in their places.
    """
    if margin == 0:
        return x
    if margin < min(x.shape[-2:]) and x.ndim in (3, 4):  # five times as fast as picking places
        return F.pad(x, (margin,) * 4, mode="reflect")
    rows, columns = (_places(size, margin, x.device) for size in x.shape[-2:])
    return x.index_select(-2, rows).index_select(-1, columns)


def _places(size: int, margin: int, device: torch.device) -> Tensor:
    place = torch.arange(-margin, size + margin, device=device)
    if size == 1:
        return torch.zeros_like(place)
    place = place.remainder(2 * (size - 1))
    return torch.minimum(place, 2 * (size - 1) - place)
