"""Algorithms that minimise ``f + g``: each a frozen dataclass with ``init`` and ``step``."""

from preimage.optim.algorithm.base import Algorithm, GradientAlgorithm, MemorylessAlgorithm, PointAlgorithm, State
from preimage.optim.algorithm.gradient import FISTA, GD, MD, PGD, PMD, SAGA
from preimage.optim.algorithm.primal_dual import PDHG, SPDHG, CondatVu
from preimage.optim.algorithm.splitting import ADMM, DRS, HQS, SDMM
from preimage.optim.algorithm.tomographic import BSREM, MLEM, OSEM, SART, SIRT

__all__ = [
    "ADMM",
    "BSREM",
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
    "State",
]
