"""Random Gaussian blurs."""

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage.physics.kernels import gaussian_blur
from preimage.physics.parameters.base import ParameterGenerator, require_range, uniform

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
    """

    def __init__(self, size: int = 25, sigma: tuple[float, float] = (0.7, 4.0), isotropic: bool = False) -> None:
        super().__init__()
        check_count("size", size, "25 is the default")
        require_range(sigma, "sigma", least=1e-3)
        self.size = size
        self.sigma = sigma
        self.isotropic = isotropic

    def draw(self, rng: torch.Generator | None) -> dict[str, Tensor]:
        """A random kernel, as the parameter ``kernel``."""
        along, across, angle = (uniform(low, high, rng).item() for low, high in (self.sigma, self.sigma, (0.0, 180.0)))
        widths = (along, along) if self.isotropic else (along, across)
        return {"kernel": gaussian_blur(widths, angle, self.size, torch.float64)[0]}
