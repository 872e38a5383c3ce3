"""Samples of posteriors: what a measurement leaves open, not one answer only."""

from preimage.sampling.chains import Chains
from preimage.sampling.diffusion import DiffusionSampler
from preimage.sampling.guidance import (
    DPS,
    DenoisedPoint,
    DiffPIR,
    Guidance,
    MomentMatching,
    PiGDM,
    Unguided,
    conditional_mean,
)
from preimage.sampling.posterior import Posterior
from preimage.sampling.sampler import DDIM, MeanEstimate, Sampler, SamplerState
from preimage.sampling.schedule import NoiseSchedule, PowerSchedule

__all__ = [
    "DDIM",
    "DPS",
    "Chains",
    "DenoisedPoint",
    "DiffPIR",
    "DiffusionSampler",
    "Guidance",
    "MeanEstimate",
    "MomentMatching",
    "NoiseSchedule",
    "PiGDM",
    "Posterior",
    "PowerSchedule",
    "Sampler",
    "SamplerState",
    "Unguided",
    "conditional_mean",
]
