"""Guidance: from the denoiser of a prior to that of a posterior."""

from preimage.sampling.guidance.base import Guidance
from preimage.sampling.guidance.none import Unguided

__all__ = ["Guidance", "Unguided"]
