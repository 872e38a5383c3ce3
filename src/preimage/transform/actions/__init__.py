"""Random transforms of images, with their inverses: groups, and averages over them."""

from preimage.transform.actions.base import FiniteGroup, InvertibleTransform, Params, Transform, UnitaryTransform
from preimage.transform.actions.dihedral import Dihedral, dihedral, dihedral_inverse
from preimage.transform.actions.reflect import Reflect
from preimage.transform.actions.rotate import Rotate
from preimage.transform.actions.shift import Shift, ShiftTime

__all__ = [
    "Dihedral",
    "FiniteGroup",
    "InvertibleTransform",
    "Params",
    "Reflect",
    "Rotate",
    "Shift",
    "ShiftTime",
    "Transform",
    "UnitaryTransform",
    "dihedral",
    "dihedral_inverse",
]
