"""Guidance by the prox of the data term."""

from dataclasses import dataclass

from torch import Tensor

from preimage._ranges import check_level
from preimage._tree import Measurement
from preimage.physics import Physics
from preimage.sampling.guidance.base import Guidance
from preimage.sampling.guidance.conditional import conditional_mean
from preimage.sampling.sampler.base import MeanEstimate

__all__ = ["DiffPIR"]


@dataclass(frozen=True)
class DiffPIR(Guidance):
    """``guided = argmin_u f(u) + weight ||u - D(x, sigma)||^2 / (2 sigma^2)``, ``f`` the negative log-likelihood.

    As if the denoised image were wrong by white noise of variance ``sigma^2 / weight``. No derivative of the denoiser
    is needed, and without noise in ``y`` it replaces what was measured (ILVR, DDNM). Where ``sigma`` is larger than the
    spread of the images, it takes the denoised image for more uncertain than it is; samples fit ``y`` well, and spread
    too little in what ``y`` does not tell.

    Args:
        weight: > 0; the publication's ``lambda``, there 1 to 25.

    Raises:
        ArgumentError: ``weight`` is not above zero.

    Source: Zhu et al., "Denoising diffusion models for plug-and-play image restoration", CVPRW 2023, equation 13.
    """

    weight: float = 1.0

    def __post_init__(self) -> None:
        check_level("weight", self.weight, "1 takes the noise level as the error")

    def __call__(self, denoiser: MeanEstimate, physics: Physics, y: Measurement) -> MeanEstimate:
        """The denoiser of the posterior.

        Raises:
            CapabilityError: the likelihood has no prox.
        """
        conditional = conditional_mean(physics, y)

        def guided(x: Tensor, sigma: Tensor) -> Tensor:
            return conditional(denoiser(x, sigma), sigma.square() / self.weight)

        return guided
