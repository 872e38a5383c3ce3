"""Total variation with an exponent."""

import torch
from torch import Tensor

from preimage._ranges import check_interval, check_number
from preimage._shapes import per_image
from preimage.functional import Smooth
from preimage.transform import divergence, gradient

__all__ = ["BetaTV"]


class BetaTV(Smooth):
    r"""``g(x) = weight * sum_i |(grad x)_i|^beta``: total variation to a power above one, which has a gradient.

    Forward differences, none across the border; each channel has its own gradient length. Towards 1 it keeps edges as
    :class:`preimage.optim.TVPrior` does, at 2 it blurs.

    Args:
        weight: > 0, a float or (B,).
        beta: > 1; the gradient is Lipschitz only where it is 2.

    Shapes: (B, C, H, W) or (B, C, D, H, W), real.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Mahendran & Vedaldi, CVPR 2015, section 2.
    """

    def __init__(self, weight: float | Tensor = 1.0, beta: float = 2.0) -> None:
        super().__init__()
        check_number("weight", weight, "leave the prior out to have none")
        check_interval("beta", beta, "(1, inf)", "for total variation itself use TVPrior")
        self.weight = weight
        self.beta = beta

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return per_image(self.weight, x).flatten() * _power(gradient(x), self.beta).flatten(1).sum(1)

    def grad(self, x: Tensor) -> Tensor:
        """``-div (weight * beta * |grad x|^(beta - 2) grad x)``, the vector zero where ``grad x`` is."""
        slope = gradient(x)
        return -divergence(per_image(self.weight, slope) * self.beta * _power(slope, self.beta - 2) * slope)


def _power(vectors: Tensor, exponent: float) -> Tensor:
    """``|v|^exponent`` (B, C, 1, ...) of the vectors along dimension 2, zero with zero derivative where ``v`` is."""
    squares = vectors.square().sum(2, keepdim=True)
    zero = squares == 0
    return torch.where(zero, 0, torch.where(zero, 1, squares) ** (exponent / 2))
