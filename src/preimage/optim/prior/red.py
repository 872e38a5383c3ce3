"""Regularisation by denoising."""

from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import per_image
from preimage.denoisers import Denoiser
from preimage.functional import Smooth

__all__ = ["RED"]


class RED(Smooth):
    r"""The prior whose gradient is what a denoiser removes: ``grad(x) = weight * (x - D(x, sigma))``.

    The value ``weight / 2 * <x, x - D(x, sigma)>`` has this gradient where ``D`` is locally homogeneous and its
    Jacobian symmetric. Hardly any denoiser is exactly so; elsewhere the gradient is the definition, and the value a
    guide. No prox: use :class:`GD`. If ``D`` is non-expansive the gradient has Lipschitz constant ``2 * weight``.

    Args:
        denoiser: ``x = denoiser(x_noisy, sigma)``.
        sigma: the level it is asked for, >= 0, in image units, a float or (B,).
        weight: > 0, a float or (B,).

    Raises:
        ArgumentError: a number is out of its range.

    Source: Romano, Elad, Milanfar 2017; the conditions: Reehorst & Schniter 2019.
    """

    def __init__(self, denoiser: Denoiser, sigma: float | Tensor = 0.05, weight: float | Tensor = 1.0) -> None:
        super().__init__()
        check_number("weight", weight, "leave the prior out to have none")
        check_number("sigma", sigma, "give a level in image units", zero=True)
        self.denoiser = denoiser
        self.sigma = sigma
        self.weight = weight

    def forward(self, x: Tensor) -> Tensor:
        """``weight / 2 * <x, x - D(x)>`` of each sample, (B,)."""
        return 0.5 * (x * self.grad(x)).flatten(1).sum(1)

    def grad(self, x: Tensor) -> Tensor:
        """``weight * (x - D(x))``."""
        return per_image(self.weight, x) * (x - self.denoiser(x, self.sigma))
