"""Spectral imaging: many colours from few measurements, and materials from colours."""

from preimage.physics.spectral.compressive_spectral_imaging import CompressiveSpectralImaging
from preimage.physics.spectral.hyper_spectral_unmixing import HyperSpectralUnmixing
from preimage.physics.spectral.pansharpen import Pansharpen, mtf_kernel

__all__ = ["CompressiveSpectralImaging", "HyperSpectralUnmixing", "Pansharpen", "mtf_kernel"]
