"""Random parameters of forward models: what all of them are, and those of noise."""

from preimage.physics.parameters.base import ParameterGenerator, SumGenerator
from preimage.physics.parameters.mixture import GeneratorMixture
from preimage.physics.parameters.scalar import GainGenerator, SigmaGenerator

__all__ = [
    "GainGenerator",
    "GeneratorMixture",
    "ParameterGenerator",
    "SigmaGenerator",
    "SumGenerator",
]
