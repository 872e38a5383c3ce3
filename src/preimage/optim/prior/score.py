"""The score of noisy images as a prior."""

from torch import Tensor

from preimage._ranges import check_number
from preimage._shapes import per_image
from preimage.denoisers import Denoiser
from preimage.optim.prior.red import RED

__all__ = ["ScorePrior"]


class ScorePrior(RED):
    r"""The smoothed prior ``-weight log p_sigma``: ``grad(x) = -weight score(x) = weight (x - D(x, sigma)) / sigma^2``.

    ``p_sigma`` is the density of clean images plus white Gaussian noise of level ``sigma``. Its score is known from
    the mean of the clean image given the noisy one, which a denoiser trained with the squared error estimates. This
    is :class:`RED` with another weight, and as there the value ``1/2 <x, grad(x)>`` is a guide: it is the right one
    where ``D`` is locally homogeneous with a symmetric Jacobian.

    Args:
        denoiser: ``x = denoiser(x_noisy, sigma)``.
        sigma: level of the smoothing, > 0, in image units, a float or (B,).
        weight: > 0, a float or (B,).

    Raises:
        ArgumentError: a number is out of its range.

    Source: Tweedie's formula: Efron 2011; denoisers: Vincent 2011.
    """

    def __init__(self, denoiser: Denoiser, sigma: float | Tensor = 0.05, weight: float | Tensor = 1.0) -> None:
        super().__init__(denoiser, sigma, weight)
        check_number("sigma", sigma, "the density of clean images has no score")

    def grad(self, x: Tensor) -> Tensor:
        """``weight (x - D(x)) / sigma^2``."""
        return super().grad(x) / per_image(self.sigma, x).square()
