"""Random transforms of images, with their inverses: groups, and averages over them."""

from preimage.transform.actions.base import FiniteGroup, InvertibleTransform, Params, Transform, UnitaryTransform
from preimage.transform.actions.diffeomorphism import CPABDiffeomorphism
from preimage.transform.actions.dihedral import Dihedral, dihedral, dihedral_inverse
from preimage.transform.actions.homography import Affine, Euclidean, Homography, PanTiltRotate, Similarity
from preimage.transform.actions.measurement import RandomNoise, RandomPhaseError
from preimage.transform.actions.reflect import Reflect
from preimage.transform.actions.resample import Resampling
from preimage.transform.actions.rotate import Rotate
from preimage.transform.actions.scale import Scale
from preimage.transform.actions.shift import Shift, ShiftTime

__all__ = [
    "Affine",
    "CPABDiffeomorphism",
    "Dihedral",
    "Euclidean",
    "FiniteGroup",
    "Homography",
    "InvertibleTransform",
    "PanTiltRotate",
    "Params",
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
    "dihedral",
    "dihedral_inverse",
]
