"""Images by a formula, so that the values of other libraries on them can be written down."""

import torch
from torch import Tensor

__all__ = ["waves"]


def waves(channels: int, height: int, width: int) -> tuple[Tensor, Tensor]:
    """A distorted image and the image, (1, channels, height, width), float64, in [0, 1]: waves and a fine pattern."""
    c, i, j = torch.meshgrid(*(torch.arange(n, dtype=torch.float64) for n in (channels, height, width)), indexing="ij")
    slow = 0.3 * torch.sin(0.19 * i + 0.002 * i * j + c) * torch.cos(0.23 * j - 0.4 * c)
    fine = (7 * i * i + 13 * i * j + 5 * j * j + 3 * c) % 17 / 17
    x = 0.5 + slow + 0.15 * fine
    x_hat = 0.6 * x + 0.15 + 0.12 * torch.sin(1.7 * i + 2.3 * j + c)
    return x_hat[None], x[None]
