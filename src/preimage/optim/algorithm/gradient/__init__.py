"""Algorithms that step against a gradient: plain, proximal, accelerated, mirrored, and one term at a time."""

from preimage.optim.algorithm.gradient.fista import FISTA
from preimage.optim.algorithm.gradient.gd import GD
from preimage.optim.algorithm.gradient.md import MD
from preimage.optim.algorithm.gradient.pgd import PGD
from preimage.optim.algorithm.gradient.pmd import PMD
from preimage.optim.algorithm.gradient.saga import SAGA

__all__ = ["FISTA", "GD", "MD", "PGD", "PMD", "SAGA"]
