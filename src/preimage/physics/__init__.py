"""Forward models ``y = physics(x)``."""

from preimage.physics import coils, generators, kernels
from preimage.physics.blur import Blur, BlurFFT, Downsampling, DownsamplingMatlab
from preimage.physics.compressive import CompressedSensing
from preimage.physics.mri import MRI, DynamicMRI, MultiCoilMRI, SequentialMRI
from preimage.physics.network import FeatureMap
from preimage.physics.noise import (
    GaussianNoise,
    LaplaceNoise,
    LogPoissonNoise,
    NoNoise,
    PoissonGaussianNoise,
    PoissonNoise,
)
from preimage.physics.operator import Diagonal, LinearPhysics, Physics, Stack, stack
from preimage.physics.optics import Haze
from preimage.physics.phase import IntensityPhysics, PhaseRetrieval, SpatialUnwrapping, WrappingPhysics
from preimage.physics.pixelwise import Decolorize, Demosaicing, Denoising, Inpainting
from preimage.physics.tomography import ConeBeam, FanBeam, ParallelBeam, Tomography

__all__ = [
    "MRI",
    "Blur",
    "BlurFFT",
    "CompressedSensing",
    "ConeBeam",
    "Decolorize",
    "Demosaicing",
    "Denoising",
    "Diagonal",
    "Downsampling",
    "DownsamplingMatlab",
    "DynamicMRI",
    "FanBeam",
    "FeatureMap",
    "GaussianNoise",
    "Haze",
    "Inpainting",
    "IntensityPhysics",
    "LaplaceNoise",
    "LinearPhysics",
    "LogPoissonNoise",
    "MultiCoilMRI",
    "NoNoise",
    "ParallelBeam",
    "PhaseRetrieval",
    "Physics",
    "PoissonGaussianNoise",
    "PoissonNoise",
    "SequentialMRI",
    "SpatialUnwrapping",
    "Stack",
    "Tomography",
    "WrappingPhysics",
    "coils",
    "generators",
    "kernels",
    "stack",
]
