"""Spectral imaging: many colours from few measurements, and materials from colours."""

from preimage.physics.spectral.compressive_spectral_imaging import CompressiveSpectralImaging
from preimage.physics.spectral.hyper_spectral_unmixing import HyperSpectralUnmixing
from preimage.physics.spectral.pansharpen import Pansharpen, mtf_kernel
from preimage.physics.spectral.satellites import (
    GEOEYE_1,
    IKONOS,
    QUICKBIRD,
    WORLDVIEW_2,
    WORLDVIEW_3,
    Satellite,
    SatelliteBand,
)

__all__ = [
    "GEOEYE_1",
    "IKONOS",
    "QUICKBIRD",
    "WORLDVIEW_2",
    "WORLDVIEW_3",
    "CompressiveSpectralImaging",
    "HyperSpectralUnmixing",
    "Pansharpen",
    "Satellite",
    "SatelliteBand",
    "mtf_kernel",
]
