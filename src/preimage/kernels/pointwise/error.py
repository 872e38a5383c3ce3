"""Mean errors of images, in one pass."""

from torch import Tensor

from preimage.kernels.pointwise.error_loops import decibels_in_loops, errors_in_loops
from preimage.machine.compiler import can_compile

__all__ = ["decibels", "mean_error"]


def mean_error(x_hat: Tensor, x: Tensor, squared: bool) -> Tensor:
    """The mean of ``|x_hat - x|^2``, or unless ``squared`` of ``|x_hat - x|``, over each image of a batch, (B,)."""
    if can_compile(x_hat, x):
        return errors_in_loops(x_hat, x, squared)
    error = x_hat - x
    if squared and not error.is_complex():
        return error.square().flatten(1).mean(1)
    return (error.abs().square() if squared else error.abs()).flatten(1).mean(1)


def decibels(x_hat: Tensor, x: Tensor, peak: float) -> Tensor:
    """``10 log10(peak^2 / e)`` with the mean ``e`` of ``|x_hat - x|^2`` over each image of a batch, (B,)."""
    if can_compile(x_hat, x):
        return decibels_in_loops(x_hat, x, peak)
    return -10 * (mean_error(x_hat, x, squared=True) / peak**2).log10()
