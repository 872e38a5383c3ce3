"""Products that take no memory of their own where a factor is not needed any more."""

import torch
from torch import Tensor

from preimage.machine.compiler import may_overwrite

__all__ = ["product_over"]


def product_over(z: Tensor, factor: float | Tensor, *sources: Tensor) -> Tensor:
    """``factor * z``, in the memory of ``z`` where nobody else looks at it: who calls does not need ``z`` any more.

    Args:
        z: a tensor, computed from ``sources``.
        factor: a number, or a tensor that broadcasts.
        sources: what ``z`` may be a view of.
    """
    others = (*sources, factor) if isinstance(factor, Tensor) else sources
    if may_overwrite(z, *others) and torch.result_type(factor, z) == z.dtype:
        shape = factor.shape if isinstance(factor, Tensor) else ()
        if torch.broadcast_shapes(shape, z.shape) == z.shape:
            return z.mul_(factor)
    return factor * z
