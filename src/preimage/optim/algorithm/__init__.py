"""Algorithms that minimise ``f + g``: each a frozen dataclass with ``init`` and ``step``."""

from preimage.optim.algorithm.admm import ADMM
from preimage.optim.algorithm.base import Algorithm, GradientAlgorithm, MemorylessAlgorithm, PointAlgorithm
from preimage.optim.algorithm.condat_vu import CondatVu
from preimage.optim.algorithm.drs import DRS
from preimage.optim.algorithm.fista import FISTA
from preimage.optim.algorithm.gd import GD
from preimage.optim.algorithm.hqs import HQS
from preimage.optim.algorithm.md import MD
from preimage.optim.algorithm.mlem import MLEM
from preimage.optim.algorithm.osem import OSEM
from preimage.optim.algorithm.pdhg import PDHG
from preimage.optim.algorithm.pgd import PGD
from preimage.optim.algorithm.pmd import PMD
from preimage.optim.algorithm.saga import SAGA
from preimage.optim.algorithm.sart import SART
from preimage.optim.algorithm.sdmm import SDMM
from preimage.optim.algorithm.sirt import SIRT
from preimage.optim.algorithm.spdhg import SPDHG

__all__ = [
    "ADMM",
    "DRS",
    "FISTA",
    "GD",
    "HQS",
    "MD",
    "MLEM",
    "OSEM",
    "PDHG",
    "PGD",
    "PMD",
    "SAGA",
    "SART",
    "SDMM",
    "SIRT",
    "SPDHG",
    "Algorithm",
    "CondatVu",
    "GradientAlgorithm",
    "MemorylessAlgorithm",
    "PointAlgorithm",
]
