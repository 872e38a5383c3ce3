"""Noise models: each samples and scores."""

from preimage.physics.noise.base import Noise, ProximableNoise
from preimage.physics.noise.gaussian import GaussianNoise
from preimage.physics.noise.laplace import LaplaceNoise
from preimage.physics.noise.log_poisson import LogPoissonNoise
from preimage.physics.noise.none import NoNoise
from preimage.physics.noise.poisson import PoissonNoise
from preimage.physics.noise.poisson_gaussian import PoissonGaussianNoise
from preimage.physics.noise.stacked import ProximableStackedNoise, StackedNoise

__all__ = [
    "GaussianNoise",
    "LaplaceNoise",
    "LogPoissonNoise",
    "NoNoise",
    "Noise",
    "PoissonGaussianNoise",
    "PoissonNoise",
    "ProximableNoise",
    "ProximableStackedNoise",
    "StackedNoise",
]
