"""Random Gaussian blurs."""

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage.physics.kernels import gaussian_blurs
from preimage.physics.parameters.base import ParameterGenerator, require_range

__all__ = ["GaussianBlurGenerator"]


class GaussianBlurGenerator(ParameterGenerator):
    """Gaussian kernels with axes of independent uniform widths at a uniform angle.

    Args:
        size: height and width of the kernels, >= 1.
        sigma: range of the standard deviations, in pixels.
        isotropic: whether both axes share one width.

    Shapes: ``kernel`` (B, 1, size, size).

    Raises:
        ArgumentError: a number is out of its range.

    Source: the definition.
    """

    def __init__(self, size: int = 25, sigma: tuple[float, float] = (0.7, 4.0), isotropic: bool = False) -> None:
        super().__init__()
        check_count("size", size, "25 is the default")
        require_range(sigma, "sigma", least=1e-3)
        self.size = size
        self.sigma = sigma
        self.isotropic = isotropic

    @property
    def numbers(self) -> int:
        """Three: both widths and the angle."""
        return 3

    def from_uniforms(self, u: Tensor) -> dict[str, Tensor]:
        """The kernels of widths ``low + (high - low) u`` along and across the angle ``pi u``."""
        low, high = self.sigma
        widths = low + (high - low) * u[:, :2]
        along, across = widths[:, 0], widths[:, 0 if self.isotropic else 1]
        return {"kernel": gaussian_blurs(along, across, torch.pi * u[:, 2], self.size)}
