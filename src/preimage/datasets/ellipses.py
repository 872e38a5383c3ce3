"""Random ellipses, as training data of tomography."""

import math

import torch
from torch import Tensor

__all__ = ["ellipse_batch"]

_LARGEST = 24  # ellipses of an image, at most


def ellipse_batch(batch: int, size: int, rng: torch.Generator | None = None) -> Tensor:
    """Draw images of random ellipses inside the circle that touches the sides, with values in [0, 1].

    There are one to 24 of them in an image, of any direction, some darker than what they lie on, the first never.
    Pixels on a border have the share that is inside, from 2x2 points.

    Args:
        batch: how many images.
        size: height and width of an image.
        rng: the generator; the global one by default.

    Returns:
        A float tensor (batch, 1, size, size).

    Source: the kind of data: Adler & Oktem, "Learned primal-dual reconstruction", TMI 2018; the distributions are ours.
    """
    u = torch.rand(batch, _LARGEST, 6, generator=rng)
    count = 1 + (torch.rand(batch, 1, generator=rng) * _LARGEST).long()
    axes = 0.04 + 0.4 * u[..., :2] ** 2
    distance, angle = (0.95 - axes.amax(2)) * u[..., 2].sqrt(), 2 * math.pi * u[..., 3]
    turn, value = math.pi * u[..., 4], torch.where(u[..., 5] < 0.3, -0.4, 0.6) * (0.25 + 0.75 * u[..., 5])
    value = torch.where(torch.arange(_LARGEST) == 0, value.abs(), value) * (torch.arange(_LARGEST) < count)
    place = (torch.arange(2 * size) + 0.5) / size - 1
    fine = torch.zeros(batch, 2 * size, 2 * size)
    for n in range(_LARGEST):  # one at a time: memory is that of the images
        cos, sin = (part[:, n, None, None] for part in (turn.cos(), turn.sin()))
        x = place - (distance * angle.cos())[:, n, None, None]
        y = place[:, None] - (distance * angle.sin())[:, n, None, None]
        a, b = axes[:, n, :, None, None].unbind(1)
        inside = ((x * cos + y * sin) / a) ** 2 + ((y * cos - x * sin) / b) ** 2 < 1
        fine = fine + value[:, n, None, None] * inside
    return torch.nn.functional.avg_pool2d(fine.clamp(0, 1)[:, None], 2)
