"""Algorithms with a dual variable for each term ``h(K x)``, which solve no system with ``K``."""

from preimage.optim.algorithm.primal_dual.condat_vu import CondatVu
from preimage.optim.algorithm.primal_dual.pdhg import PDHG
from preimage.optim.algorithm.primal_dual.spdhg import SPDHG

__all__ = ["PDHG", "SPDHG", "CondatVu"]
