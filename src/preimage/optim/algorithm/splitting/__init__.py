"""Algorithms that take the proxes of both terms in turn."""

from preimage.optim.algorithm.splitting.admm import ADMM
from preimage.optim.algorithm.splitting.drs import DRS
from preimage.optim.algorithm.splitting.hqs import HQS
from preimage.optim.algorithm.splitting.sdmm import SDMM

__all__ = ["ADMM", "DRS", "HQS", "SDMM"]
