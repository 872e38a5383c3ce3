"""Data terms other than the noise's own likelihood: factories ``(physics, y) -> f``."""

from preimage.optim.fidelity.l1 import L1
from preimage.optim.fidelity.l2 import L2

__all__ = ["L1", "L2"]
