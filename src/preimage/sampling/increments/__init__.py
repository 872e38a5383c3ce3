"""Signals with independent increments, Gaussian or of heavy tails, and exact samples of them given a measurement."""

from preimage.sampling.increments.denoiser import IncrementDenoiser
from preimage.sampling.increments.gibbs import IncrementGibbs
from preimage.sampling.increments.laws import (
    GaussianIncrements,
    IncrementLaw,
    LaplaceIncrements,
    SpikeLaplaceIncrements,
    StudentIncrements,
)

__all__ = [
    "GaussianIncrements",
    "IncrementDenoiser",
    "IncrementGibbs",
    "IncrementLaw",
    "LaplaceIncrements",
    "SpikeLaplaceIncrements",
    "StudentIncrements",
]
