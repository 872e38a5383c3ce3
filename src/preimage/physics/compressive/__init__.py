"""Random projections."""

from preimage.physics.compressive.compressed_sensing import CompressedSensing

__all__ = [
    "CompressedSensing",
]
