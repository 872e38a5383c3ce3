"""Algorithms of tomography, for operators without negative entries."""

from preimage.optim.algorithm.tomographic.bsrem import BSREM
from preimage.optim.algorithm.tomographic.mlem import MLEM
from preimage.optim.algorithm.tomographic.osem import OSEM
from preimage.optim.algorithm.tomographic.sart import SART
from preimage.optim.algorithm.tomographic.sirt import SIRT

__all__ = ["BSREM", "MLEM", "OSEM", "SART", "SIRT"]
