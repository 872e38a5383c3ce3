"""Samples of posteriors: what a measurement leaves open, not one answer only."""

from preimage.sampling.chains import Chains
from preimage.sampling.diffusion import DiffusionSampler
from preimage.sampling.guidance import Guidance, Unguided
from preimage.sampling.posterior import Posterior
from preimage.sampling.sampler import DDIM, MeanEstimate, Sampler, SamplerState
from preimage.sampling.schedule import NoiseSchedule, PowerSchedule

__all__ = [
    "DDIM",
    "Chains",
    "DiffusionSampler",
    "Guidance",
    "MeanEstimate",
    "NoiseSchedule",
    "Posterior",
    "PowerSchedule",
    "Sampler",
    "SamplerState",
    "Unguided",
]
