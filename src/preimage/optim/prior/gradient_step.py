"""The potential of a gradient-step denoiser."""

from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import per_image
from preimage.denoisers import GradientStepDenoiser
from preimage.functional import Smooth

__all__ = ["GradientStepPrior"]


class GradientStepPrior(Smooth):
    r"""``g(x) = weight g_sigma(x)`` with the potential of a denoiser ``D = I - grad g_sigma``.

    Unlike :class:`RED` with a usual denoiser it has a true value: ``grad(x) = weight (x - D(x, sigma))`` exactly.

    Args:
        denoiser: a gradient step.
        sigma: the level it is asked for, >= 0, in image units, a float or (B,).
        weight: > 0, a float or (B,).

    Raises:
        ArgumentError: a number is out of its range.

    Source: Hurault, Leclaire, Papadakis 2022.
    """

    def __init__(
        self, denoiser: GradientStepDenoiser, sigma: float | Tensor = 0.05, weight: float | Tensor = 1.0
    ) -> None:
        super().__init__()
        check_number("weight", weight, "leave the prior out to have none")
        check_number("sigma", sigma, "give a level in image units", zero=True)
        self.denoiser = denoiser
        self.sigma = sigma
        self.weight = weight

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return per_image(self.weight, x).flatten() * self.denoiser.potential(x, self.sigma)

    def grad(self, x: Tensor) -> Tensor:
        """``weight (x - D(x))``."""
        return per_image(self.weight, x) * self.denoiser.potential_grad(x, self.sigma)
