"""What every guidance is."""

from dataclasses import dataclass

from preimage._tree import Measurement
from preimage.physics import Physics
from preimage.sampling.sampler.base import MeanEstimate

__all__ = ["Guidance"]


@dataclass(frozen=True)
class Guidance:
    """``guided = guidance(denoiser, physics, y)`` estimates the mean of the image given a noisy one *and* ``y``.

    ``guided(x, sigma)`` takes the place of the denoiser in any sampler. By Tweedie's formula it is ``D + sigma^2 s``
    with ``s = grad log p(y | x, sigma)``, which each guidance approximates in its own way. The physics, its noise and
    ``y`` count only through the likelihood, so that measurements in other units, ``c y`` of ``c A`` with noise ``c N``,
    give the same.
    """

    def __call__(self, denoiser: MeanEstimate, physics: Physics, y: Measurement) -> MeanEstimate:
        """The denoiser of the posterior.

        Raises:
            CapabilityError: the guidance cannot use this physics or its noise.
        """
        raise NotImplementedError
