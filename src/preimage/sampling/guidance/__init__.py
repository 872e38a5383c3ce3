"""Guidance: from the denoiser of a prior to that of a posterior."""

from preimage.sampling.guidance.base import Guidance
from preimage.sampling.guidance.conditional import ConditionalMean, conditional_mean
from preimage.sampling.guidance.derivative import DenoisedPoint
from preimage.sampling.guidance.diffpir import DiffPIR
from preimage.sampling.guidance.dps import DPS
from preimage.sampling.guidance.moment_matching import MomentMatching
from preimage.sampling.guidance.none import Unguided
from preimage.sampling.guidance.pigdm import PiGDM

__all__ = [
    "DPS",
    "ConditionalMean",
    "DenoisedPoint",
    "DiffPIR",
    "Guidance",
    "MomentMatching",
    "PiGDM",
    "Unguided",
    "conditional_mean",
]
