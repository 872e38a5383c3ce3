"""Spectral imaging: many colours from few measurements, and materials from colours."""

from preimage.physics.spectral.compressive_spectral_imaging import CompressiveSpectralImaging
from preimage.physics.spectral.hyper_spectral_unmixing import HyperSpectralUnmixing

__all__ = ["CompressiveSpectralImaging", "HyperSpectralUnmixing"]
