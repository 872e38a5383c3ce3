"""Algorithms as networks: a fixed number of steps, or their fixed point."""

from preimage.optim.unrolled.gradient import Checkpointed, GradientRule, Stored
from preimage.optim.unrolled.learned import Shared
from preimage.optim.unrolled.reversible import Reversible
from preimage.optim.unrolled.unrolled import Unrolled

__all__ = ["Checkpointed", "GradientRule", "Reversible", "Shared", "Stored", "Unrolled"]
