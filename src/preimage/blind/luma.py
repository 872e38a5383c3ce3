"""Brightness of pictures."""

from torch import Tensor

__all__ = ["LUMA", "luma"]

LUMA = (0.299, 0.587, 0.114)  # of ITU-R 601, as in JPEG


def luma(y: Tensor) -> Tensor:
    """Brightness (..., 1, H, W) of a picture (..., C, H, W), C = 1 or 3."""
    if y.shape[-3] == 1:
        return y
    bright = LUMA[0] * y[..., :1, :, :]
    for c in (1, 2):  # one after the other, for pictures are large
        bright += LUMA[c] * y[..., c : c + 1, :, :]
    return bright
