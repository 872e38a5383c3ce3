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
from preimage.sampling.mcmc import (
    MALA,
    MCMC,
    MYULA,
    SKROCK,
    ULA,
    ChainPlan,
    MALAState,
    MarkovKernel,
    MarkovState,
    PerturbAndOptimize,
)
from preimage.sampling.parametrization import (
    FlowPrediction,
    NoisePrediction,
    ScorePrediction,
    VelocityPrediction,
)
from preimage.sampling.posterior import Posterior
from preimage.sampling.posterior_sampler import PosteriorSampler
from preimage.sampling.sampler import (
    DDIM,
    AdaptiveFlow,
    DPMSolver,
    DPMSolverState,
    Heun,
    MeanEstimate,
    Sampler,
    SamplerState,
)
from preimage.sampling.schedule import (
    CosineSchedule,
    DDPMSchedule,
    FlowSchedule,
    NoiseSchedule,
    PowerSchedule,
    VPSchedule,
    ddpm_sigmas,
)

__all__ = [
    "DDIM",
    "DPS",
    "MALA",
    "MCMC",
    "MYULA",
    "SKROCK",
    "ULA",
    "AdaptiveFlow",
    "ChainPlan",
    "Chains",
    "CosineSchedule",
    "DDPMSchedule",
    "DPMSolver",
    "DPMSolverState",
    "DenoisedPoint",
    "DiffPIR",
    "DiffusionSampler",
    "FlowPrediction",
    "FlowSchedule",
    "Guidance",
    "Heun",
    "MALAState",
    "MarkovKernel",
    "MarkovState",
    "MeanEstimate",
    "MomentMatching",
    "NoisePrediction",
    "NoiseSchedule",
    "PerturbAndOptimize",
    "PiGDM",
    "Posterior",
    "PosteriorSampler",
    "PowerSchedule",
    "Sampler",
    "SamplerState",
    "ScorePrediction",
    "Unguided",
    "VPSchedule",
    "VelocityPrediction",
    "conditional_mean",
    "ddpm_sigmas",
]
