"""Forward differences of an image, and their exact negative adjoint."""

import torch
from torch import Tensor
from torch.overrides import handle_torch_function, has_torch_function_unary

from preimage._shapes import check_float

__all__ = ["divergence", "gradient"]


def gradient(x: Tensor) -> Tensor:
    """``(grad x)[d, i] = x[i + e_d] - x[i]`` along each spatial axis ``d``; zero where ``i + e_d`` leaves the image.

    Shapes: ``x`` (B, C, H, W) or (B, C, D, H, W), floats or complex numbers; the result
    (B, C, n, ...) for n spatial axes.
    """
    if has_torch_function_unary(x):
        return handle_torch_function(gradient, (x,), x)
    check_float(x)
    parts = []
    for axis in range(2, x.ndim):
        # A replicated last slice makes the last difference zero.
        last = x.narrow(axis, x.shape[axis] - 1, 1)
        parts.append(torch.diff(x, dim=axis, append=last))
    return torch.stack(parts, dim=2)


def divergence(p: Tensor) -> Tensor:
    """``-grad^H p``: backward differences ``p[d, i] - p[d, i - e_d]``, summed over ``d``.

    The last slice of ``p[d]`` along its axis, which :func:`gradient` leaves zero, does not count.

    Shapes: ``p`` (B, C, n, ...); the result (B, C, ...).
    """
    if has_torch_function_unary(p):
        return handle_torch_function(divergence, (p,), p)
    total = torch.zeros_like(p[:, :, 0])
    for number, part in enumerate(p.unbind(2)):
        axis = number + 2
        zero = torch.zeros_like(part.narrow(axis, 0, 1))
        inner = part.narrow(axis, 0, part.shape[axis] - 1)
        total = total + torch.diff(inner, dim=axis, prepend=zero, append=zero)
    return total
