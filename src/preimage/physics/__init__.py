"""Forward models ``y = physics(x)``."""

from preimage.physics import generators, kernels
from preimage.physics.base import Physics
from preimage.physics.blur import Blur
from preimage.physics.blur_fft import BlurFFT
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
from preimage.physics.semi_orthogonal import SemiOrthogonalPhysics
from preimage.physics.spatial_unwrapping import SpatialUnwrapping
from preimage.physics.spectral import SpectralPhysics
from preimage.physics.stack import Stack, stack

__all__ = [
    "Blur",
    "BlurFFT",
    "CompressedSensing",
    "Decolorize",
    "Demosaicing",
    "Denoising",
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
    "SemiOrthogonalPhysics",
    "SpatialUnwrapping",
    "SpectralPhysics",
    "Stack",
    "generators",
    "kernels",
    "stack",
]
