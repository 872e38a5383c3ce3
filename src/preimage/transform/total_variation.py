"""Total variation: the sum of the lengths of the gradient."""

from torch import Tensor
from torch.overrides import handle_torch_function, has_torch_function_unary

from preimage.kernels.variation.value_loops import can_total, total_in_loops
from preimage.transform.finite_difference import gradient
from preimage.transform.shrinkage import group_length

__all__ = ["group_axes", "group_sum", "total_variation"]


def total_variation(x: Tensor, coupled: bool = False, isotropic: bool = True) -> Tensor:
    """``sum_i |(grad x)_i|`` of each sample, (B,); its derivative is zero where the gradient is.

    Args:
        x: images (B, C, H, W) or (B, C, D, H, W).
        coupled: whether the Euclidean norm is also over the channels.
        isotropic: whether the norm is Euclidean over the directions; else their moduli are added.

    Source: Rudin, Osher, Fatemi 1992.
    """
    if has_torch_function_unary(x):
        return handle_torch_function(total_variation, (x,), x, coupled, isotropic)
    if can_total(x):
        return total_in_loops(x, coupled, isotropic)
    return group_length(gradient(x), group_axes(coupled, isotropic)).flatten(1).sum(1)


def group_axes(coupled: bool, isotropic: bool) -> tuple[int, ...]:
    """The axes of a gradient (B, C, n, ...) over which one length is taken.

    Args:
        coupled: whether all channels of a pixel have one length.
        isotropic: whether all directions have one length.
    """
    return (1,) * coupled + (2,) * isotropic


def group_sum(x: Tensor, axes: tuple[int, ...]) -> Tensor:
    """``x`` summed over ``axes``, which stay as ones; none of them leaves it as it is."""
    return x.sum(axes, keepdim=True) if axes else x
