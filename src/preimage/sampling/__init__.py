"""Samples of posteriors: what a measurement leaves open, not one answer only."""

from preimage.sampling.blind import BlindSampler, JointPosterior, ParameterPrior
from preimage.sampling.chains import Chains
from preimage.sampling.conditional import DAPS, DDNM, DDRM, SITCOM, ConditionalSampler, PnPDM, PnPFlow, REDDiff
from preimage.sampling.denoising import DenoisingSampler
from preimage.sampling.diffusion import DiffusionSampler
from preimage.sampling.generative import CodeVelocity, ConditionalGenerator, LatentFlow
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
    PerturbAndOptimize,
)
from preimage.sampling.parametrization import (
    FlowPrediction,
    NoisePrediction,
    ScorePrediction,
    VelocityPrediction,
)
from preimage.sampling.particles import TwistedParticles
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
from preimage.sampling.uncertainty import (
    BootstrapErrorMap,
    CalibratedErrorMap,
    ErrorMap,
    PosteriorErrorMap,
    TweedieErrorMap,
    conformal_factor,
    coverage,
)

__all__ = [
    "DAPS",
    "DDIM",
    "DDNM",
    "DDRM",
    "DPS",
    "MALA",
    "MCMC",
    "MYULA",
    "SITCOM",
    "SKROCK",
    "ULA",
    "AdaptiveFlow",
    "BlindSampler",
    "BootstrapErrorMap",
    "CalibratedErrorMap",
    "ChainPlan",
    "Chains",
    "CodeVelocity",
    "ConditionalGenerator",
    "ConditionalSampler",
    "CosineSchedule",
    "DDPMSchedule",
    "DPMSolver",
    "DPMSolverState",
    "DenoisedPoint",
    "DenoisingSampler",
    "DiffPIR",
    "DiffusionSampler",
    "ErrorMap",
    "FlowPrediction",
    "FlowSchedule",
    "Guidance",
    "Heun",
    "JointPosterior",
    "LatentFlow",
    "MALAState",
    "MarkovKernel",
    "MeanEstimate",
    "MomentMatching",
    "NoisePrediction",
    "NoiseSchedule",
    "ParameterPrior",
    "PerturbAndOptimize",
    "PiGDM",
    "PnPDM",
    "PnPFlow",
    "Posterior",
    "PosteriorErrorMap",
    "PosteriorSampler",
    "PowerSchedule",
    "REDDiff",
    "Sampler",
    "SamplerState",
    "ScorePrediction",
    "TweedieErrorMap",
    "TwistedParticles",
    "Unguided",
    "VPSchedule",
    "VelocityPrediction",
    "conditional_mean",
    "conformal_factor",
    "coverage",
    "ddpm_sigmas",
]
