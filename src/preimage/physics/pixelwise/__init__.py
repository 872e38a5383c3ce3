"""Operators that look at each pixel on its own."""

from preimage.physics.pixelwise.decolorize import Decolorize
from preimage.physics.pixelwise.demosaicing import Demosaicing
from preimage.physics.pixelwise.denoising import Denoising
from preimage.physics.pixelwise.inpainting import Inpainting

__all__ = [
    "Decolorize",
    "Demosaicing",
    "Denoising",
    "Inpainting",
]
