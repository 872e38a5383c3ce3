"""K-space sampled off the grid: the operator, trajectories, their density, and the field between them."""

from preimage.physics.mri.non_cartesian.non_cartesian_mri import NonCartesianMRI

__all__ = ["NonCartesianMRI"]
