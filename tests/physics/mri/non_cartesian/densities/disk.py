"""The spectrum of a disk, in closed form."""

import math

import torch

SHAPE = (48, 50)
RADIUS = 15.3
CENTRE = (2.5, -3.25)  # in pixels from the origin of the image


def samples(trajectory: torch.Tensor) -> torch.Tensor:
    """What :class:`NonCartesianMRI` measures of a disk of value 1, (1, 1, ...)."""
    k = trajectory.norm(dim=-1).clamp_min(1e-12)
    area = RADIUS * torch.special.bessel_j1(2 * math.pi * RADIUS * k) / k
    angle = -2 * math.pi * (trajectory * torch.tensor(CENTRE, dtype=torch.float64)).sum(-1)
    return (torch.polar(area, angle) / math.prod(SHAPE) ** 0.5)[None, None]


def inside(image: torch.Tensor) -> tuple[float, float, float]:
    """The mean and the largest distance from it well inside the disk, and the mean well outside."""
    row, column = (torch.arange(n, dtype=torch.float64) - n // 2 for n in SHAPE)
    distance = ((row[:, None] - CENTRE[0]) ** 2 + (column - CENTRE[1]) ** 2).sqrt()
    values = image[0, 0].real[distance < RADIUS - 3]
    outside = image[0, 0].real[(distance > RADIUS + 3) & (distance < 20)]
    return float(values.mean()), float((values - values.mean()).abs().max()), float(outside.mean())
