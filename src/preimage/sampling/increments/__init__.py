"""Signals with independent increments, Gaussian or of heavy tails, and exact samples of them given a measurement."""

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
    "IncrementGibbs",
    "IncrementLaw",
    "LaplaceIncrements",
    "SpikeLaplaceIncrements",
    "StudentIncrements",
]
