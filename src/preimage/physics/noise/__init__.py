"""Noise models: each samples and scores."""

from preimage.physics.noise.base import Noise, ProximableNoise
from preimage.physics.noise.gaussian import GaussianNoise
from preimage.physics.noise.none import NoNoise
from preimage.physics.noise.stacked import StackedNoise

__all__ = ["GaussianNoise", "NoNoise", "Noise", "ProximableNoise", "StackedNoise"]
