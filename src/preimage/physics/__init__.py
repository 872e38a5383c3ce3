"""Forward models ``y = physics(x)``."""

from preimage.physics.base import Physics
from preimage.physics.denoising import Denoising
from preimage.physics.inpainting import Inpainting
from preimage.physics.likelihood import GaussianLikelihood, Likelihood
from preimage.physics.linear import LinearPhysics
from preimage.physics.noise import GaussianNoise, NoNoise
from preimage.physics.spectral import SpectralPhysics
from preimage.physics.stack import Stack, stack

__all__ = [
    "Denoising",
    "GaussianLikelihood",
    "GaussianNoise",
    "Inpainting",
    "Likelihood",
    "LinearPhysics",
    "NoNoise",
    "Physics",
    "SpectralPhysics",
    "Stack",
    "stack",
]
