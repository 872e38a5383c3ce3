"""Networks that predict the score."""

from torch import Tensor, nn

from preimage._shapes import per_image
from preimage.denoisers import Denoiser

__all__ = ["ScorePrediction"]


class ScorePrediction(Denoiser):
    """``D(x, sigma) = x + sigma^2 network(x, sigma)`` with the score ``grad log p(x; sigma)``: Tweedie's formula.

    Args:
        network: maps images with noise and levels (B,) to the score.

    Source: Vincent 2011.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """The mean of the image behind ``x``."""
        level = per_image(sigma, x)
        return x + level.square() * self.network(x, level.flatten().expand(len(x)))
