"""Angles between spectra."""

import math

import torch
from torch import Tensor

from preimage._shapes import check_image
from preimage.errors import ArgumentError, ShapeError
from preimage.kernels.pointwise.norm import channel_norm
from preimage.metric.base import Metric, check_pair, check_real

__all__ = ["SAM"]


class SAM(Metric):
    """Spectral angle mapper: the mean over pixels of the angle between spectra ``u`` of ``x_hat`` and ``v`` of ``x``.

    The angle is ``atan2(|u| |v - u (u.v) / |u|^2|, u.v)``, which is exact for small angles, where the inverse cosine of
    a rounded product is 0 or 3e-4. A pixel that is zero in one image alone has no angle and counts as a right
    one; a pixel that is zero in both counts as 0. Every pixel counts, to the border. A factor on a spectrum changes
    nothing.

    Args:
        unit: ``"radians"`` or ``"degrees"``.

    Shapes: ``x`` (B, C, H, W) or (B, C, D, H, W), real, with two bands C or more.

    Raises:
        ArgumentError: no such unit.
        ShapeError: the images have one band, or are complex.

    Source: Yuhas, Goetz, Boardman, "Discrimination among semi-arid landscape endmembers using the spectral angle mapper
    algorithm", JPL Airborne Geoscience Workshop, 1992.
    """

    def __init__(self, unit: str = "radians") -> None:
        super().__init__()
        if unit not in ("radians", "degrees"):
            raise ArgumentError(f"`unit` must be radians or degrees, got {unit!r}; choose one.")
        self.unit = unit

    def forward(self, x_hat: Tensor, x: Tensor) -> Tensor:
        """The score of each image, (B,)."""
        check_pair(x_hat, x)
        check_image(x)
        check_real(x_hat, x)
        if x.shape[1] < 2:
            raise ShapeError(f"`x` must have two bands or more, got {tuple(x.shape)}; one band has no spectral angle.")
        mean = _angle(x_hat, x).flatten(1).mean(1)
        return mean * (180 / math.pi) if self.unit == "degrees" else mean


def _angle(u: Tensor, v: Tensor) -> Tensor:
    size, is_zero = channel_norm(u), [channel_norm(image) == 0 for image in (u, v)]
    some_zero = is_zero[0] | is_zero[1]
    along = torch.where(some_zero, 1, (u * v).sum(1, keepdim=True))
    across = channel_norm(torch.addcmul(v, u, along / torch.where(is_zero[0], 1, size.square()), value=-1))
    angle = torch.where(some_zero, math.pi / 2, torch.atan2(across * size, along))
    return torch.where(is_zero[0] & is_zero[1], 0, angle)
