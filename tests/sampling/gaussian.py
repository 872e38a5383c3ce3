"""Priors whose denoiser is known in closed form."""

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage.denoisers import Denoiser


class GaussianDenoiser(Denoiser):
    """The mean of ``x0 ~ N(mean, spread^2)``, pixel by pixel, given ``x0 + sigma n``."""

    def __init__(self, mean: Tensor, spread: Tensor) -> None:
        super().__init__()
        self.mean = mean
        self.spread = spread

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        variance = self.spread.square()
        return self.mean + variance / (variance + per_image(sigma, x).square()) * (x - self.mean)


MEAN, SPREAD = torch.tensor([0.2, 0.5, 0.9]), torch.tensor([0.1, 0.3, 0.02])
PRIOR = GaussianDenoiser(MEAN, SPREAD)  # of images (B, 1, 1, 3)


def moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of each column."""
    return x.mean((0, 1, 2)), x.std((0, 1, 2))
