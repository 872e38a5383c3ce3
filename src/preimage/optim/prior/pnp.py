"""A denoiser in place of a proximal map."""

import torch
from torch import Tensor

from preimage._ranges import check_number
from preimage.denoisers import Denoiser
from preimage.functional import Proximable

__all__ = ["PnP"]


class PnP(Proximable):
    r"""The prior whose prox is a denoiser: ``prox(x, step) = denoiser(x, sqrt(weight * step))``.

    The prox of ``-weight log p`` is the most probable clean image behind ``x`` under Gaussian noise of variance
    ``weight * step``; a denoiser for that level takes its place, and no value is known.

    Args:
        denoiser: ``x = denoiser(x_noisy, sigma)``.
        weight: > 0, a float or (B,).

    Raises:
        ArgumentError: ``weight`` is not a finite number above zero, in any entry.

    Source: Venkatakrishnan, Bouman, Wohlberg 2013.
    """

    def __init__(self, denoiser: Denoiser, weight: float | Tensor = 1.0) -> None:
        super().__init__()
        check_number("weight", weight, "leave the prior out to have none")
        self.denoiser = denoiser
        self.weight = weight

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """``denoiser(x, sqrt(weight * step))``."""
        variance = torch.as_tensor(self.weight * step, dtype=x.real.dtype, device=x.device)
        return self.denoiser(x, variance.sqrt().flatten())
