"""Density compensation of MRI trajectories: by iteration, by cells, and of lines in closed form."""

from preimage.physics.mri.non_cartesian.densities.pipe_menon import pipe_menon
from preimage.physics.mri.non_cartesian.densities.ramp_density import ramp_density
from preimage.physics.mri.non_cartesian.densities.voronoi import voronoi

__all__ = ["pipe_menon", "ramp_density", "voronoi"]
