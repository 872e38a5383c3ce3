"""Tomography: line integrals of images, and images from them."""

from preimage.physics.tomography.geometry import ConeBeam, FanBeam, ParallelBeam
from preimage.physics.tomography.tomography import Tomography

__all__ = [
    "ConeBeam",
    "FanBeam",
    "ParallelBeam",
    "Tomography",
]
