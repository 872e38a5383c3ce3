"""A picture of plain shapes, blurred as a photograph is: what lies beyond the border is blurred in."""

import torch
from torch import Tensor

from preimage.physics import Blur

__all__ = ["blurred", "shapes"]


def shapes(size: int, seed: int = 0) -> Tensor:
    """Overlapping rectangles and disks of even brightness, (1, size, size)."""
    rng = torch.Generator().manual_seed(seed)
    rows, columns = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    image = torch.full((size, size), 0.5)
    for _ in range(60):
        top, left, extent, value = (float(v) for v in torch.rand(4, generator=rng))
        reach = 4 + extent * size / 8
        down, right = (rows - top * size).abs(), (columns - left * size).abs()
        inside = (down < reach) & (right < reach / 2) if value < 0.5 else down.square() + right.square() < reach**2 / 2
        image = torch.where(inside, 0.1 + 0.8 * float(torch.rand((), generator=rng)), image)
    return image[None]


def blurred(kernel: Tensor, size: int = 96, sigma: float = 0.003, seed: int = 0) -> Tensor:
    """:func:`shapes` through ``kernel``, of the given size after it, with noise, (1, size, size)."""
    whole = shapes(size + kernel.shape[-1] - 1, seed)
    y = Blur(kernel[None, None], "valid").A(whole[None])[0]
    return y + sigma * torch.randn(y.shape, generator=torch.Generator().manual_seed(1))
