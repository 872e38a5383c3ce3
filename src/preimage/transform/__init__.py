"""Group actions on images, finite differences, wavelets, shrinkage."""

from preimage.transform.dihedral import dihedral, dihedral_inverse
from preimage.transform.finite_difference import divergence, gradient
from preimage.transform.shrinkage import soft_threshold
from preimage.transform.wavelet import Wavelet

__all__ = ["Wavelet", "dihedral", "dihedral_inverse", "divergence", "gradient", "soft_threshold"]
