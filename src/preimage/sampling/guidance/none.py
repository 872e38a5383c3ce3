"""No guidance."""

from dataclasses import dataclass

from preimage._tree import Measurement
from preimage.physics import Physics
from preimage.sampling.guidance.base import Guidance
from preimage.sampling.sampler.base import MeanEstimate

__all__ = ["Unguided"]


@dataclass(frozen=True)
class Unguided(Guidance):
    """The denoiser as it is: samples of the prior, whatever was measured.

    Source: the definition.
    """

    def __call__(self, denoiser: MeanEstimate, physics: Physics, y: Measurement) -> MeanEstimate:
        """``denoiser``."""
        return denoiser
