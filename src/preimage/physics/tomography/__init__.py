"""Tomography: line integrals of images, and images from them."""

from preimage.physics.tomography.geometry import FanBeam, ParallelBeam
from preimage.physics.tomography.tomography import Tomography

__all__ = [
    "FanBeam",
    "ParallelBeam",
    "Tomography",
]
