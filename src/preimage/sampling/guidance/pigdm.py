"""Guidance by a Gaussian around the denoised image, differentiated through the denoiser."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage._shapes import per_image
from preimage._tree import Measurement, dot
from preimage.physics import Physics
from preimage.sampling.guidance.base import Guidance
from preimage.sampling.guidance.conditional import conditional_mean
from preimage.sampling.guidance.derivative import DenoisedPoint
from preimage.sampling.sampler.base import MeanEstimate

__all__ = ["PiGDM"]

_FARTHEST = 2.0


@dataclass(frozen=True)
class PiGDM(Guidance):
    r"""``guided = d + sigma^2 / r^2 J^T (c - d)`` with ``d = D(x, sigma)``, its Jacobian ``J``, and ``c`` as follows.

    ``c`` is the mean of ``x0 ~ N(d, r^2)`` given ``y``, so that ``guided`` is ``d + sigma^2 J^T A^H (r^2 A A^H +
    s^2)^-1 (y - A d)`` under Gaussian noise of level ``s``. ``r^2 = sigma^2 v / (sigma^2 + v)`` is the variance of
    ``x0`` given ``x`` for images that are white noise of variance ``v``.

    Photographs are not: what is smooth in them varies far more, and at strong noise ``J`` is hundreds of times the
    ``r^2 / sigma^2`` of white noise. The step would then go beyond the residual by this factor, and diverge. So where
    it would move the image along ``u = c - d`` by more than twice ``u``, ``<u, J^T u> / (2 <u, u>)`` takes the place of
    ``r^2 / sigma^2``.

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
            pulled = point.pull_back(moved)
            return point.value + pulled / per_image(torch.maximum(ratio, _gain(moved, pulled) / _FARTHEST), x)

        return guided


def _gain(moved: Tensor, pulled: Tensor) -> Tensor:
    """``<u, J^T u> / <u, u>`` of each image, (B,)."""
    return dot(moved, pulled) / dot(moved, moved).clamp_min(torch.finfo(moved.dtype).tiny)
