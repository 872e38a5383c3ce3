"""Mean errors of images, in one pass."""

from torch import Tensor

from preimage.kernels.pointwise.error_loops import errors_in_loops
from preimage.machine.compiler import can_compile

__all__ = ["mean_error"]


def mean_error(x_hat: Tensor, x: Tensor, squared: bool) -> Tensor:
    """The mean of ``|x_hat - x|^2``, or unless ``squared`` of ``|x_hat - x|``, over each image of a batch, (B,)."""
    if x_hat.dtype == x.dtype and can_compile(x_hat) and can_compile(x):
        return errors_in_loops(x_hat.flatten(1), x.flatten(1), squared)
    error = x_hat - x
    if squared and not error.is_complex():
        return error.square().flatten(1).mean(1)
    return (error.abs().square() if squared else error.abs()).flatten(1).mean(1)
