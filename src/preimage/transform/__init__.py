"""Group actions on images, finite differences, patches, wavelets, shrinkage."""

from preimage.transform.dct import dct, idct
from preimage.transform.dihedral import dihedral, dihedral_inverse
from preimage.transform.finite_difference import divergence, gradient
from preimage.transform.patches import assemble_patches, extract_patches, patch_counts
from preimage.transform.shrinkage import group_length, group_threshold, soft_threshold
from preimage.transform.wavelet import Wavelet

__all__ = [
    "Wavelet",
    "assemble_patches",
    "dct",
    "dihedral",
    "dihedral_inverse",
    "divergence",
    "extract_patches",
    "gradient",
    "group_length",
    "group_threshold",
    "idct",
    "patch_counts",
    "soft_threshold",
]
