"""Whether a step goes on in the direction of the one before: the product of two changes, in one pass."""

from torch import Tensor

from preimage.kernels.pointwise.product_loops import product_in_loops
from preimage.machine.compiler import can_compile

__all__ = ["product_of_changes"]


def product_of_changes(a: Tensor, b: Tensor, c: Tensor) -> Tensor:
    """``Re <a - b, b - c>`` of each sample, (B,), for tensors of one shape, batch first."""
    if a.shape == b.shape == c.shape and can_compile(a, b, c):
        return product_in_loops(a, b, c)
    return ((a - b).conj() * (b - c)).real.flatten(1).sum(1)
