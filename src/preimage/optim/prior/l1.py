"""Sparsity of the pixels."""

from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import per_image
from preimage.functional import Conjugable, LinearIfPositive, Separable, indicator_of_ball
from preimage.optim.prior._ball import into_ball
from preimage.transform import soft_threshold

__all__ = ["L1Prior"]


class L1Prior(Separable, Conjugable, LinearIfPositive):
    """``g(x) = weight * sum_i |x_i|``, whose prox is the soft threshold; the modulus where ``x`` is complex.

    Args:
        weight: > 0, a float or (B,).

    Raises:
        ArgumentError: ``weight`` is not a finite number above zero, in any entry.

    Source: Donoho, "De-noising by soft-thresholding", IEEE Transactions on Information Theory 41, 1995.
    """

    def __init__(self, weight: float | Tensor = 1.0) -> None:
        super().__init__()
        check_number("weight", weight, "leave the prior out to have none")
        self.weight = weight

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return (per_image(self.weight, x) * x.abs()).flatten(1).sum(1)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """The soft threshold at ``step * weight``."""
        if not isinstance(self.weight, Tensor) and not isinstance(step, Tensor):
            return soft_threshold(x, self.weight * step)
        return soft_threshold(x, per_image(self.weight, x) * per_image(step, x))

    def conjugate(self, z: Tensor) -> Tensor:
        """Zero where no modulus is above ``weight``, else infinite."""
        return indicator_of_ball(z.abs(), per_image(self.weight, z))

    def into_domain(self, z: Tensor) -> Tensor:
        """``weight`` over the largest modulus, at most one."""
        return into_ball(z.abs(), per_image(self.weight, z))

    def positive_slope(self, x: Tensor) -> Tensor:
        """``weight``."""
        return per_image(self.weight, x.real)
