"""Denoising by total generalised variation."""

import math

from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._shapes import per_image
from preimage.denoisers.base import Denoiser
from preimage.denoisers.tgv_problem import tgv_denoise
from preimage.solve import checked_solution

__all__ = ["TGVDenoiser"]


class TGVDenoiser(Denoiser):
    r"""``argmin_u 1/2 ||u - x||^2 + weight * TGV(u)`` with ``weight = 1.5 * strength * sigma^1.3``.

    Ramps stay ramps, where :class:`TVDenoiser` makes stairs of them. The power law is that of :class:`TVDenoiser`; with
    C coupled channels the weight is ``sqrt(C)`` times as large. Gradients flow
    (:func:`preimage.denoisers.tgv_problem.tgv_denoise` says how).

    Args:
        strength: 1 is about best on the average; more smooths more; > 0.
        ratio: weight of the second derivative against the first, in pixels: ramps longer than this are kept; > 0.
        coupled: lengths over all channels, which aligns their edges.
        tol: duality gap to stop at, relative to the objective; >= 0.
        max_steps: the most steps of the solver, >= 1.

    Raises:
        ArgumentError: a number is out of its range.

    Source: Bredies, Kunisch, Pock 2010.
    """

    def __init__(
        self,
        strength: float = 1.0,
        ratio: float = 2.0,
        coupled: bool = True,
        tol: float = 1e-3,
        max_steps: int = 3000,
    ) -> None:
        super().__init__()
        check_level("strength", strength, "one is usual")
        check_level("ratio", ratio, "2 is usual")
        check_level("tol", tol, "1e-3 is usual", zero=True)
        check_count("max_steps", max_steps, "the iteration needs one")
        self.strength = strength
        self.ratio = ratio
        self.coupled = coupled
        self.tol = tol
        self.max_steps = max_steps

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """Estimate the clean image behind ``x``."""
        channels = x.shape[1] if self.coupled else 1
        weight = 1.5 * self.strength * math.sqrt(channels) * per_image(sigma, x) ** 1.3
        solution = tgv_denoise(x, weight, self.ratio, self.coupled, self.tol, self.max_steps)
        return checked_solution(solution, "The denoiser", "raise `max_steps` or `tol`", "relative duality gap")
