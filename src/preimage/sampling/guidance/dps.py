"""Guidance by the gradient of the residual."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage._seen import count_seen, keep_seen
from preimage._shapes import per_image
from preimage._tree import Measurement, norm, subtract
from preimage.physics import Physics
from preimage.sampling.guidance.base import Guidance
from preimage.sampling.guidance.derivative import DenoisedPoint
from preimage.sampling.sampler.base import MeanEstimate

__all__ = ["DPS"]


@dataclass(frozen=True)
class DPS(Guidance):
    """``guided = d + weight sigma^2 m / ||e||^2 J^T A'(d)^H e`` with ``d = D(x, sigma)`` and ``e = y - A d``.

    It needs derivatives and no more, of any physics; ``J`` is the Jacobian of the denoiser. ``||e||^2 / m``, over the
    ``m`` entries of ``y``, stands for the variance of the residual, which is that of the noise plus that of ``A x0``
    given ``x``: so the weight needs no other choice for another noise, unit or data set. The publication divides by
    ``||e||`` and leaves a factor to be tuned.

    Args:
        weight: > 0; 1 is the gradient of a Gaussian likelihood with the variance of the residual.

    Raises:
        ArgumentError: ``weight`` is not above zero.

    Source: Chung, Kim, McCann, Klasky, Ye, "Diffusion posterior sampling for general noisy inverse problems",
    ICLR 2023.
    """

    weight: float = 1.0

    def __post_init__(self) -> None:
        check_level("weight", self.weight, "1 is the gradient of the likelihood")

    def __call__(self, denoiser: MeanEstimate, physics: Physics, y: Measurement) -> MeanEstimate:
        """The denoiser of the posterior."""
        seen = physics.seen(y)
        entries = count_seen(y, seen)
        measured = keep_seen(y, seen)

        def guided(x: Tensor, sigma: Tensor) -> Tensor:
            point = DenoisedPoint(denoiser, x, sigma)
            residual = subtract(measured, keep_seen(physics.A(point.value), seen))
            variance = norm(residual).square() / entries
            scale = torch.where(variance > 0, self.weight * sigma.square() / variance, 0)
            return point.value + per_image(scale, x) * point.pull_back(physics.vjp(point.value, residual))

        return guided
