"""Trajectories of MRI in cycles per pixel: lines, spirals, rosettes, cones, and stacks of them."""

from preimage.physics.mri.non_cartesian.trajectories.curves import cones, rosette, spiral
from preimage.physics.mri.non_cartesian.trajectories.radial import golden_angle, radial
from preimage.physics.mri.non_cartesian.trajectories.stack_of import stack_of

__all__ = ["cones", "golden_angle", "radial", "rosette", "spiral", "stack_of"]
