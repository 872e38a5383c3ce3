"""K-space sampled off the grid: the operator, trajectories, their density, and the field between them."""

from preimage.physics.mri.non_cartesian.non_cartesian_mri import NonCartesianMRI
from preimage.physics.mri.non_cartesian.off_resonance import OffResonance

__all__ = ["NonCartesianMRI", "OffResonance"]
