"""Algorithms that minimise ``f + g``: each a frozen dataclass with ``init`` and ``step``."""

from preimage.optim.algorithm.admm import ADMM
from preimage.optim.algorithm.base import Algorithm
from preimage.optim.algorithm.drs import DRS
from preimage.optim.algorithm.fista import FISTA
from preimage.optim.algorithm.gd import GD
from preimage.optim.algorithm.hqs import HQS
from preimage.optim.algorithm.pdhg import PDHG
from preimage.optim.algorithm.pgd import PGD

__all__ = ["ADMM", "DRS", "FISTA", "GD", "HQS", "PDHG", "PGD", "Algorithm"]
