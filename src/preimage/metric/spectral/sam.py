"""Angles between spectra."""

import math

import torch
from torch import Tensor

from preimage._shapes import check_image
from preimage.errors import ArgumentError, ShapeError
from preimage.metric.base import Metric, check_pair, check_real

__all__ = ["SAM"]


class SAM(Metric):
    """Spectral angle mapper: the mean over pixels of the angle between spectra ``u`` of ``x_hat`` and ``v`` of ``x``.

    The angle is ``2 atan2(| u |v| - v |u| |, | u |v| + v |u| |)``, which is exact for small angles, where the inverse
    cosine of a rounded product is 0 or 3e-4. A pixel that is zero in one image alone has no angle and counts as a right
    one; a pixel that is zero in both counts as 0. Every pixel counts, to the border. A factor on a spectrum changes
    nothing.

    Args:
        unit: ``"radians"`` or ``"degrees"``.

    Shapes: ``x`` (B, C, H, W) or (B, C, D, H, W), real, with two bands C or more.

    Raises:
        ArgumentError: no such unit.
        ShapeError: the images have one band, or are complex.

    Source: Yuhas, Goetz, Boardman, "Discrimination among semi-arid landscape endmembers using the spectral angle mapper
    algorithm", JPL Airborne Geoscience Workshop, 1992; Kahan's formula for the angle.
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
        u, v = x_hat * _length(x), x * _length(x_hat)
        angle = 2 * torch.atan2(_length(u - v), _length(u + v))
        is_zero = [(image == 0).all(1, keepdim=True) for image in (x_hat, x)]
        angle = torch.where(is_zero[0] ^ is_zero[1], math.pi / 2, angle)
        mean = torch.where(is_zero[0] & is_zero[1], 0, angle).flatten(1).mean(1)
        return mean * (180 / math.pi) if self.unit == "degrees" else mean


def _length(x: Tensor) -> Tensor:
    return torch.linalg.vector_norm(x, dim=1, keepdim=True)
