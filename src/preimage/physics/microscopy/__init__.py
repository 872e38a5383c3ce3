"""Microscopes: their point spread functions, of which ``Blur`` makes operators."""

from preimage.physics.microscopy.fluorescence import confocal_psf, light_sheet_psf, two_photon_psf
from preimage.physics.microscopy.microscope import Microscope

__all__ = ["Microscope", "confocal_psf", "light_sheet_psf", "two_photon_psf"]
