"""Small energy."""

from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import per_image
from preimage.functional import Conjugable, Separable, Smooth

__all__ = ["Tikhonov"]


class Tikhonov(Smooth, Separable, Conjugable):
    """``g(x) = weight / 2 * ||x||^2``, with gradient ``weight * x`` and prox ``x / (1 + step * weight)``.

    Args:
        weight: > 0, a float or (B,).

    Raises:
        ArgumentError: ``weight`` is not a finite number above zero, in any entry.

    Source: Tikhonov, "Solution of incorrectly formulated problems and the regularization method", Soviet
    Mathematics 4, 1963.
    """

    def __init__(self, weight: float | Tensor = 1.0) -> None:
        super().__init__()
        check_number("weight", weight, "leave the prior out to have none")
        self.weight = weight

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return 0.5 * (per_image(self.weight, x) * x.abs().square()).flatten(1).sum(1)

    def grad(self, x: Tensor) -> Tensor:
        """``weight * x``."""
        return per_image(self.weight, x) * x

    def lipschitz(self, x: Tensor) -> Tensor:
        """``weight``."""
        return per_image(self.weight, x).flatten()

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """``x / (1 + step * weight)``."""
        return x / (1 + per_image(step, x) * per_image(self.weight, x))

    def conjugate(self, z: Tensor) -> Tensor:
        """``||z||^2 / (2 weight)``."""
        return 0.5 * (z.abs().square() / per_image(self.weight, z)).flatten(1).sum(1)
