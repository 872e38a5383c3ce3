"""A picture and its measurement, side by side."""

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from preimage.simulate import sample_picture, simulate
from preimage.simulate.declaration import PhysicsRow

__all__ = ["draw_physics"]

_HEIGHT, _WIDTH, _GAP = 192, 240, 8
_LEVELS = (0.01, 0.99)  # quantiles that are black and white where a measurement leaves [0, 1]


def draw_physics(row: PhysicsRow) -> Tensor:
    """The sample picture as it is measured and, to the right, the measurement without noise: (3, H, W) in [0, 1].

    A measurement that leaves [0, 1] is stretched; a complex one is the logarithm of its modulus, and one that is a list
    of numbers is written row by row.
    """
    made = simulate(sample_picture(_HEIGHT, _WIDTH), row.name, "none", row.shown)
    return side_by_side(made.x, _shown(made.y))


def side_by_side(left: Tensor, right: Tensor) -> Tensor:
    """Two pictures (C, H, W) on white, the second one as high as the first."""
    height = left.shape[-2]
    width = max(1, round(right.shape[-1] * height / right.shape[-2]))
    scaled = interpolate(right[None], size=(height, width), mode="nearest-exact")[0]
    gap = torch.ones(3, height, _GAP)
    return torch.cat([left.expand(3, -1, -1), gap, scaled.expand(3, -1, -1)], -1).clamp(0, 1)


def _shown(y: Tensor) -> Tensor:
    """A measurement as a picture (1 or 3, H, W)."""
    values = y.abs().add(1e-3 * y.abs().max()).log() if y.is_complex() else y
    if values.ndim < 3 or len(values) not in (1, 3):
        flat = values.flatten()
        width = max(1, int(len(flat) ** 0.5))
        values = flat[: len(flat) // width * width].reshape(1, -1, width)
    elif values.shape[-2] * 8 < values.shape[-1]:
        values = values.flatten(1)
        width = max(1, int(values.shape[1] ** 0.5))
        values = values[:, : values.shape[1] // width * width].reshape(len(values), -1, width)
    if values.min() >= 0 and values.max() <= 1 and not y.is_complex():
        return values
    low, high = torch.quantile(values.flatten().double(), torch.tensor(_LEVELS, dtype=torch.float64)).tolist()
    return (values - low) / max(high - low, 1e-12)
