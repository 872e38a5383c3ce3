"""Algorithms as networks: a fixed number of steps, or their fixed point."""

from preimage.optim.unrolled.equilibrium import DeepEquilibrium
from preimage.optim.unrolled.equilibrium_gradient import FixedPoint, Implicit, JacobianFree, Phantom
from preimage.optim.unrolled.gradient import Checkpointed, GradientRule, Stored
from preimage.optim.unrolled.learned import Shared
from preimage.optim.unrolled.reversible import Reversible
from preimage.optim.unrolled.unrolled import Unrolled

__all__ = [
    "Checkpointed",
    "DeepEquilibrium",
    "FixedPoint",
    "GradientRule",
    "Implicit",
    "JacobianFree",
    "Phantom",
    "Reversible",
    "Shared",
    "Stored",
    "Unrolled",
]
