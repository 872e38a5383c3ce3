"""Random parameters of forward models: ``physics(x, **generator(batch, rng))``."""

from preimage.physics.generators.base import ParameterGenerator
from preimage.physics.generators.diffraction import DiffractionBlurGenerator
from preimage.physics.generators.downsampling import DownsamplingGenerator
from preimage.physics.generators.gaussian import GaussianBlurGenerator
from preimage.physics.generators.mixture import GeneratorMixture
from preimage.physics.generators.motion import MotionBlurGenerator
from preimage.physics.generators.scalar import GainGenerator, SigmaGenerator

__all__ = [
    "DiffractionBlurGenerator",
    "DownsamplingGenerator",
    "GainGenerator",
    "GaussianBlurGenerator",
    "GeneratorMixture",
    "MotionBlurGenerator",
    "ParameterGenerator",
    "SigmaGenerator",
]
