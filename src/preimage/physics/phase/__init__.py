"""What is left of a signal without its phase, or of a phase without its multiples of a period."""

from preimage.physics.phase.phase_retrieval import IntensityPhysics, PhaseRetrieval
from preimage.physics.phase.spatial_unwrapping import SpatialUnwrapping, WrappingPhysics

__all__ = [
    "IntensityPhysics",
    "PhaseRetrieval",
    "SpatialUnwrapping",
    "WrappingPhysics",
]
