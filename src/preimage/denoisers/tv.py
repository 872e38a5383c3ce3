"""Denoising by total variation."""

import math

from torch import Tensor

from preimage._ranges import check_level
from preimage._shapes import per_image
from preimage.denoisers.base import Denoiser
from preimage.denoisers.rof import rof
from preimage.solve import checked_solution

__all__ = ["TVDenoiser"]


class TVDenoiser(Denoiser):
    r"""``argmin_u 1/2 ||u - x||^2 + weight * TV(u)`` with ``weight = 1.5 * strength * sigma^1.3``.

    The power law is a fit of the best weight on photographs in [0, 1]; with C coupled channels it is ``sqrt(C)`` times
    as large. Gradients flow (:func:`preimage.denoisers.rof.rof` says how).

    Args:
        strength: 1 is best on the average; more smooths more; > 0.
        coupled: one gradient length over all channels, which aligns their edges.
        tol: duality gap to stop at, relative to the objective; >= 0.
        isotropic: TV sums the lengths of the gradients, or else the moduli of their components.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Rudin, Osher, Fatemi 1992; coupled: Bresson & Chan 2008.
    """

    def __init__(self, strength: float = 1.0, coupled: bool = True, tol: float = 1e-3, isotropic: bool = True) -> None:
        super().__init__()
        check_level("strength", strength, "one is usual")
        check_level("tol", tol, "1e-3 is usual", zero=True)
        self.strength = strength
        self.coupled = coupled
        self.tol = tol
        self.isotropic = isotropic

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        channels = x.shape[1] if self.coupled else 1
        weight = 1.5 * self.strength * math.sqrt(channels) * per_image(sigma, x) ** 1.3
        solution = rof(x, weight, self.coupled, self.tol, isotropic=self.isotropic)
        return checked_solution(
            solution, "The denoiser", "take a larger `tol`, or a smaller `sigma`", "relative duality gap"
        )
