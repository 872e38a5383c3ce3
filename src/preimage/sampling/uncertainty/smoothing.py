"""Local means of noisy maps."""

import torch
from torch import Tensor
from torch.nn.functional import conv1d

__all__ = ["smoothed_map"]


def smoothed_map(values: Tensor, width: float) -> Tensor:
    """Gaussian-weighted means of the pixels around each, of those inside the image: like ``values``.

    Args:
        values: (B, C, H, W) or (B, C, D, H, W), real.
        width: the standard deviation in pixels, >= 0.
    """
    if width == 0:
        return values
    reach = int(3 * width + 0.5)
    offsets = torch.arange(-reach, reach + 1, dtype=values.dtype, device=values.device)
    taps = (-(offsets**2) / (2 * width**2)).exp()
    weights = torch.ones_like(values[:1, :1])
    for axis in range(2, values.ndim):
        values, weights = _along(values, taps, axis), _along(weights, taps, axis)
    return values / weights


def _along(values: Tensor, taps: Tensor, axis: int) -> Tensor:
    rows = values.movedim(axis, -1)
    summed = conv1d(rows.reshape(-1, 1, rows.shape[-1]), taps[None, None], padding=len(taps) // 2)
    return summed.reshape(rows.shape).movedim(-1, axis)
