"""Samplers: from noise to an image, level by level."""

from preimage.sampling.sampler.adaptive import AdaptiveFlow
from preimage.sampling.sampler.base import MeanEstimate, Sampler, SamplerState
from preimage.sampling.sampler.ddim import DDIM
from preimage.sampling.sampler.dpm_solver import DPMSolver, DPMSolverState
from preimage.sampling.sampler.heun import Heun

__all__ = [
    "DDIM",
    "AdaptiveFlow",
    "DPMSolver",
    "DPMSolverState",
    "Heun",
    "MeanEstimate",
    "Sampler",
    "SamplerState",
]
