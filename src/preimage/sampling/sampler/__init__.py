"""Samplers: from noise to an image, level by level."""

from preimage.sampling.sampler.base import MeanEstimate, Sampler, SamplerState
from preimage.sampling.sampler.ddim import DDIM

__all__ = ["DDIM", "MeanEstimate", "Sampler", "SamplerState"]
