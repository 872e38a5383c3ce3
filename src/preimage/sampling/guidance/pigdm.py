"""Guidance by a Gaussian around the denoised image, differentiated through the denoiser."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.physics import Physics
from preimage.sampling.guidance.base import Guidance
from preimage.sampling.guidance.conditional import conditional_mean
from preimage.sampling.guidance.derivative import DenoisedPoint
from preimage.sampling.sampler.base import MeanEstimate

__all__ = ["PiGDM"]


@dataclass(frozen=True)
class PiGDM(Guidance):
    r"""``guided = d + sigma^2 / r^2 J^T (c - d)`` with ``d = D(x, sigma)``, its Jacobian ``J``, and ``c`` as follows.

    ``c`` is the mean of ``x0 ~ N(d, r^2)`` given ``y``, so that ``guided`` is ``d + sigma^2 J^T A^H (r^2 A A^H +
    s^2)^-1 (y - A d)`` under Gaussian noise of level ``s``. ``r^2 = sigma^2 v / (sigma^2 + v)`` is the variance of
    ``x0`` given ``x`` for images that are white noise of variance ``v``.

    Args:
        spread: ``sqrt(v)``, the standard deviation of the images, > 0; the publication has images of variance 1, ours
            in [0, 1] have about 0.3.

    Raises:
        ArgumentError: ``spread`` is not above zero.

    Source: Song, Vahdat, Mardani, Kautz, "Pseudoinverse-guided diffusion models for inverse problems", ICLR 2023.
    """

    spread: float | Tensor = 0.3

    def __post_init__(self) -> None:
        check_level("spread", self.spread, "it is the standard deviation of the images")

    def __call__(self, denoiser: MeanEstimate, physics: Physics, y: Measurement) -> MeanEstimate:
        """The denoiser of the posterior.

        Raises:
            CapabilityError: the likelihood has no prox.
        """
        conditional = conditional_mean(physics, y)

        def guided(x: Tensor, sigma: Tensor) -> Tensor:
            point = DenoisedPoint(denoiser, x, sigma)
            variance = torch.as_tensor(self.spread).to(sigma).square()
            ratio = variance / (sigma.square() + variance)  # r^2 / sigma^2
            moved = conditional(point.value, sigma.square() * ratio) - point.value
            return point.value + point.pull_back(moved) / per_image(ratio, x)

        return guided
