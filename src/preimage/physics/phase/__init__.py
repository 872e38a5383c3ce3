"""What is left of a signal without its phase, or of a phase without its multiples of a period."""

from preimage.physics.phase.coded_diffraction import CodedDiffraction, CodedDiffractionLinearOperator
from preimage.physics.phase.inline_holography import InlineHolography
from preimage.physics.phase.phase_retrieval import IntensityPhysics, PhaseRetrieval
from preimage.physics.phase.probe import build_probe, generate_shifts
from preimage.physics.phase.propagation import FarField, FresnelPropagation, Propagation
from preimage.physics.phase.ptychography import Ptychography, PtychographyLinearOperator, PtychographyProbeOperator
from preimage.physics.phase.random_phase_retrieval import RandomPhaseRetrieval, StructuredRandomPhaseRetrieval
from preimage.physics.phase.scattering import BornScattering, Scattering
from preimage.physics.phase.spatial_unwrapping import SpatialUnwrapping, WrappingPhysics

__all__ = [
    "BornScattering",
    "CodedDiffraction",
    "CodedDiffractionLinearOperator",
    "FarField",
    "FresnelPropagation",
    "InlineHolography",
    "IntensityPhysics",
    "PhaseRetrieval",
    "Propagation",
    "Ptychography",
    "PtychographyLinearOperator",
    "PtychographyProbeOperator",
    "RandomPhaseRetrieval",
    "Scattering",
    "SpatialUnwrapping",
    "StructuredRandomPhaseRetrieval",
    "WrappingPhysics",
    "build_probe",
    "generate_shifts",
]
