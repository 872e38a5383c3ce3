"""Arrays to arrays: bases, Fourier sums, convolutions, borders, group actions, differences, patches, wavelets."""

from preimage.transform.actions import (
    Affine,
    CPABDiffeomorphism,
    Dihedral,
    Euclidean,
    FiniteGroup,
    Homography,
    InvertibleTransform,
    PanTiltRotate,
    Params,
    RandomNoise,
    RandomPhaseError,
    Reflect,
    Resampling,
    Rotate,
    Scale,
    Shift,
    ShiftTime,
    Similarity,
    Transform,
    UnitaryTransform,
    dihedral,
    dihedral_inverse,
)
from preimage.transform.bases import Basis, Fourier, Pixels
from preimage.transform.centred_fourier import CentredFourier
from preimage.transform.convolution import fast_length
from preimage.transform.dct import dct, idct
from preimage.transform.direct_fourier import direct_fourier, direct_fourier_adjoint
from preimage.transform.finite_difference import divergence, gradient
from preimage.transform.hankel import bessel_j1, hankel0, hankel1
from preimage.transform.interpolation import cubic, lanczos, linear
from preimage.transform.nufft import nufft, nufft_adjoint
from preimage.transform.patches import assemble_patches, extract_patches, patch_counts
from preimage.transform.shrinkage import group_length, group_threshold, soft_threshold
from preimage.transform.total_variation import group_axes, group_sum, total_variation
from preimage.transform.walsh_hadamard import dyadic_order, hadamard_matrix, sequency_order, walsh_hadamard
from preimage.transform.wavelet import Wavelet

__all__ = [
    "Affine",
    "Basis",
    "CPABDiffeomorphism",
    "CentredFourier",
    "Dihedral",
    "Euclidean",
    "FiniteGroup",
    "Fourier",
    "Homography",
    "InvertibleTransform",
    "PanTiltRotate",
    "Params",
    "Pixels",
    "RandomNoise",
    "RandomPhaseError",
    "Reflect",
    "Resampling",
    "Rotate",
    "Scale",
    "Shift",
    "ShiftTime",
    "Similarity",
    "Transform",
    "UnitaryTransform",
    "Wavelet",
    "assemble_patches",
    "bessel_j1",
    "cubic",
    "dct",
    "dihedral",
    "dihedral_inverse",
    "direct_fourier",
    "direct_fourier_adjoint",
    "divergence",
    "dyadic_order",
    "extract_patches",
    "fast_length",
    "gradient",
    "group_axes",
    "group_length",
    "group_sum",
    "group_threshold",
    "hadamard_matrix",
    "hankel0",
    "hankel1",
    "idct",
    "lanczos",
    "linear",
    "nufft",
    "nufft_adjoint",
    "patch_counts",
    "sequency_order",
    "soft_threshold",
    "total_variation",
    "walsh_hadamard",
]
