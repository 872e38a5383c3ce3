"""The edges of the sharp picture: its few large steps, as far as a kernel explains them."""

import torch
from torch import Tensor

from preimage.physics.blur import Window
from preimage.physics.blur.window import extend
from preimage.transform import fast_length
from preimage.transform.transfer import transfer_function

__all__ = ["draw_edges", "next_differences"]

_LARGEST = 1e5  # the last weight of the coupling: by then steps and picture agree
_GROWTH = 2.0
_GAP = 16  # pixels in which one side of the picture becomes the other


def next_differences(x: Tensor) -> Tensor:
    """Differences to the next pixel downwards and to the right, periodic, (2, H, W)."""
    return torch.stack([_forward(x, 0), _forward(x, 1)])


def draw_edges(y: Tensor, kernel: Tensor, weight: float) -> Tensor:
    r"""Minimise ``||k * x - y||^2 + weight ||grad x||_0`` by half-quadratic splitting.

    The steps ``h`` are the differences whose square is over ``weight / beta``; the picture solves
    ``(|K|^2 + beta |D|^2) X = conj(K) Y + beta conj(D) H`` in Fourier space; ``beta`` doubles from ``2 weight`` to 1e5.
    A photograph is not periodic: what lies beyond its border is at first its mirror image, then what the picture so far
    is blurred into.

    Args:
        y: the blurred picture (H, W), in [0, 1].
        kernel: (k, k), sum one.
        weight: what a step costs, > 0.

    Returns:
        The picture (H, W).

    Source: Xu, Lu, Xu, Jia, "Image smoothing via L0 gradient minimization", 2011; Xu, Zheng, Jia, "Unnatural L0
    sparse representation for natural image deblurring", CVPR 2013.
    """
    window = _window(y, kernel)
    whole = extend(y[None], window)[0]
    shape = (window.full_height, window.full_width)
    origin = (kernel.shape[-2] // 2, kernel.shape[-1] // 2)
    response = transfer_function(kernel[None, None], shape, origin)[0, 0]
    stiffness = torch.fft.rfft2(next_differences(_impulse(whole))).abs().square().sum(0)
    squares, back = response.abs().square(), response.conj().resolve_conj()
    x, beta = whole, 2 * weight
    while beta < _LARGEST:
        right = back * torch.fft.rfft2(whole) + beta * torch.fft.rfft2(_kept_steps(x, weight / beta))
        spectrum = right / (squares + beta * stiffness)
        x, whole = torch.fft.irfft2(spectrum, s=shape), torch.fft.irfft2(response * spectrum, s=shape)
        window.of(whole).copy_(y)
        beta *= _GROWTH
    return window.of(x)


def _kept_steps(x: Tensor, least: float) -> Tensor:
    """``D^T h``: the differences of ``x`` whose square is at least ``least``, brought back to pixels."""
    down, right = _forward(x, 0), _forward(x, 1)
    kept = (down.square().addcmul_(right, right) >= least).to(x.dtype)
    down.mul_(kept)
    right.mul_(kept)
    out = torch.empty_like(x)
    torch.sub(down[:-1], down[1:], out=out[1:])
    torch.sub(down[-1], down[0], out=out[0])
    out[:, 1:] += right[:, :-1] - right[:, 1:]
    out[:, 0] += right[:, -1] - right[:, 0]
    return out


def _forward(x: Tensor, axis: int) -> Tensor:
    """Differences to the next pixel along ``axis``, periodic."""
    out, last = torch.empty_like(x), x.shape[axis] - 1
    torch.sub(x.narrow(axis, 1, last), x.narrow(axis, 0, last), out=out.narrow(axis, 0, last))
    torch.sub(x.select(axis, 0), x.select(axis, last), out=out.select(axis, last))
    return out


def _window(y: Tensor, kernel: Tensor) -> Window:
    margin, (height, width) = kernel.shape[-1] // 2, y.shape
    extra = 2 * margin + max(margin, _GAP)
    return Window(margin, margin, height, width, fast_length(height + extra), fast_length(width + extra))


def _impulse(like: Tensor) -> Tensor:
    image = torch.zeros_like(like)
    image[0, 0] = 1
    return image
