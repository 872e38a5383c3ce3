"""Forward models ``y = physics(x)``."""

from preimage.physics import generators, kernels
from preimage.physics.base import Physics
from preimage.physics.blur import Blur
from preimage.physics.blur_fft import BlurFFT
from preimage.physics.decolorize import Decolorize
from preimage.physics.demosaicing import Demosaicing
from preimage.physics.denoising import Denoising
from preimage.physics.downsampling import Downsampling
from preimage.physics.downsampling_matlab import DownsamplingMatlab
from preimage.physics.inpainting import Inpainting
from preimage.physics.likelihood import GaussianLikelihood, Likelihood
from preimage.physics.linear import LinearPhysics
from preimage.physics.noise import GaussianNoise, LaplaceNoise, NoNoise, PoissonGaussianNoise, PoissonNoise
from preimage.physics.spectral import SpectralPhysics
from preimage.physics.stack import Stack, stack

__all__ = [
    "Blur",
    "BlurFFT",
    "Decolorize",
    "Demosaicing",
    "Denoising",
    "Downsampling",
    "DownsamplingMatlab",
    "GaussianLikelihood",
    "GaussianNoise",
    "Inpainting",
    "LaplaceNoise",
    "Likelihood",
    "LinearPhysics",
    "NoNoise",
    "Physics",
    "PoissonGaussianNoise",
    "PoissonNoise",
    "SpectralPhysics",
    "Stack",
    "generators",
    "kernels",
    "stack",
]
