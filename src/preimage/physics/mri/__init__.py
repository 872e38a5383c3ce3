"""Magnetic resonance imaging: complex images, measured sample by sample of their spectrum, by one coil or several."""

from preimage.physics.mri.dynamic_mri import DynamicMRI
from preimage.physics.mri.mri import MRI
from preimage.physics.mri.multi_coil_mri import MultiCoilMRI
from preimage.physics.mri.non_cartesian import NonCartesianMRI, OffResonance
from preimage.physics.mri.sequential_mri import SequentialMRI
from preimage.physics.mri.subspace import Subspace

__all__ = ["MRI", "DynamicMRI", "MultiCoilMRI", "NonCartesianMRI", "OffResonance", "SequentialMRI", "Subspace"]
