"""A picture to try things on, drawn by formulas."""

import torch
from torch import Tensor

__all__ = ["sample_picture"]


def sample_picture(height: int, width: int, channels: int = 3) -> Tensor:
    """A picture (channels, height, width) in [0, 1]: a bright disk, an ellipse, bars, rings that narrow, and a ramp.

    It has edges in every direction, thin lines, flat parts and frequencies up to half a period a pixel.

    Args:
        height, width: the numbers of rows and columns.
        channels: 1 or 3.
    """
    rows = torch.linspace(-1, 1, height)[:, None].expand(height, width)
    columns = torch.linspace(-1, 1, width)[None].expand(height, width)
    ramp = 0.25 + 0.15 * columns + 0.1 * rows
    disk = (rows + 0.4).square() + (columns + 0.45).square() < 0.14
    ellipse = ((rows - 0.45) / 0.3).square() + ((columns + 0.4) / 0.45).square() < 1
    radius = (rows + 0.45).square() + (columns - 0.5).square()
    rings = 0.5 + 0.5 * torch.cos(90 * radius)
    bars = (torch.floor(20 * (columns - 0.05).clamp_min(0).square() / 0.9) % 2 == 1) & (columns > 0.05)
    shades = []
    for colour in range(channels):
        tint = torch.tensor([[0.95, 0.55, 0.35], [0.35, 0.75, 0.55], [0.25, 0.5, 0.9]])[:, colour]
        picture = ramp.clone()
        picture = torch.where(disk, tint[0], picture)
        picture = torch.where(ellipse, tint[1], picture)
        picture = torch.where(radius < 0.18, rings * (0.6 + 0.4 * tint[2]), picture)
        picture = torch.where((rows > 0.15) & (rows < 0.8) & bars, tint[2], picture)
        shades.append(picture)
    return torch.stack(shades).clamp(0, 1)
