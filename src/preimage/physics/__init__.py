"""Forward models ``y = physics(x)``."""

from preimage.physics import generators, kernels
from preimage.physics.base import Physics
from preimage.physics.blur import Blur, BlurFFT
from preimage.physics.compressed_sensing import CompressedSensing
from preimage.physics.decolorize import Decolorize
from preimage.physics.demosaicing import Demosaicing
from preimage.physics.denoising import Denoising
from preimage.physics.downsampling import Downsampling
from preimage.physics.downsampling_matlab import DownsamplingMatlab
from preimage.physics.feature_map import FeatureMap
from preimage.physics.inpainting import Inpainting
from preimage.physics.linear import LinearPhysics
from preimage.physics.noise import (
    GaussianNoise,
    LaplaceNoise,
    LogPoissonNoise,
    NoNoise,
    PoissonGaussianNoise,
    PoissonNoise,
)
from preimage.physics.phase_retrieval import PhaseRetrieval
from preimage.physics.spatial_unwrapping import SpatialUnwrapping
from preimage.physics.stack import Stack, stack
from preimage.physics.structure import Diagonal

__all__ = [
    "Blur",
    "BlurFFT",
    "CompressedSensing",
    "Decolorize",
    "Demosaicing",
    "Denoising",
    "Diagonal",
    "Downsampling",
    "DownsamplingMatlab",
    "FeatureMap",
    "GaussianNoise",
    "Inpainting",
    "LaplaceNoise",
    "LinearPhysics",
    "LogPoissonNoise",
    "NoNoise",
    "PhaseRetrieval",
    "Physics",
    "PoissonGaussianNoise",
    "PoissonNoise",
    "SpatialUnwrapping",
    "Stack",
    "generators",
    "kernels",
    "stack",
]
