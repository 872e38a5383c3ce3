"""Markov chains: samples of ``exp(-f - g)`` for a data term ``f`` and a prior ``g``."""

from preimage.sampling.mcmc.base import MarkovKernel
from preimage.sampling.mcmc.gaussian import PerturbAndOptimize
from preimage.sampling.mcmc.mala import MALA, MALAState
from preimage.sampling.mcmc.mcmc import MCMC, ChainPlan
from preimage.sampling.mcmc.myula import MYULA
from preimage.sampling.mcmc.skrock import SKROCK
from preimage.sampling.mcmc.ula import ULA

__all__ = [
    "MALA",
    "MCMC",
    "MYULA",
    "SKROCK",
    "ULA",
    "ChainPlan",
    "MALAState",
    "MarkovKernel",
    "PerturbAndOptimize",
]
