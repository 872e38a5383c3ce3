"""Total variation: the sum of the lengths of the gradient."""

from torch import Tensor

from preimage.transform.finite_difference import gradient
from preimage.transform.shrinkage import group_length

__all__ = ["group_axes", "group_sum", "total_variation"]


def total_variation(x: Tensor, coupled: bool = False, isotropic: bool = True) -> Tensor:
    """``sum_i |(grad x)_i|``, (B,): Euclidean norm over the directions where ``isotropic``, else their sum.

    The norm is also over the channels where ``coupled``. Its derivative is zero where the gradient is.
    """
    return group_length(gradient(x), group_axes(coupled, isotropic)).flatten(1).sum(1)


def group_axes(coupled: bool, isotropic: bool) -> tuple[int, ...]:
    """The axes of a gradient (B, C, n, ...) over which one length is taken."""
    return (1,) * coupled + (2,) * isotropic


def group_sum(x: Tensor, axes: tuple[int, ...]) -> Tensor:
    """``x`` summed over ``axes``, which stay as ones; none of them leaves it as it is."""
    return x.sum(axes, keepdim=True) if axes else x
