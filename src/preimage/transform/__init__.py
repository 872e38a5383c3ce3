"""Group actions on images."""

from preimage.transform.dihedral import dihedral, dihedral_inverse

__all__ = ["dihedral", "dihedral_inverse"]
