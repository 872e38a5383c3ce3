"""The resolution of a scanner: a Gaussian on the pixels of an image."""

import math

import torch
from torch import Tensor
from torch.nn.functional import conv1d

__all__ = ["blur_by_gaussian", "discrete_gaussian"]

_REACH = 6  # standard deviations


def discrete_gaussian(sigma: float) -> Tensor:
    """The Gaussian on the integers whose variance is ``sigma^2`` exactly, (2 r + 1,), float64.

    Its spectrum is ``exp(sigma^2 (cos w - 1))``; a Gaussian that is sampled has another variance where ``sigma`` is
    less than a pixel. It sums to one.

    Source: Lindeberg, IEEE Transactions on Pattern Analysis and Machine Intelligence 12, 1990.
    """
    radius = math.ceil(_REACH * sigma) + 4
    count = 4 * radius
    w = 2 * math.pi * torch.arange(count // 2 + 1, dtype=torch.float64) / count
    values = torch.fft.irfft((sigma**2 * (w.cos() - 1)).exp(), n=count)
    kernel = torch.cat([values[1 : radius + 1].flip(0), values[: radius + 1]]).clamp_min(0)
    return kernel / kernel.sum()


def blur_by_gaussian(x: Tensor, sigmas: tuple[float, ...]) -> Tensor:
    """Images ``x`` (P, ...) after a Gaussian of ``sigmas`` pixels along each axis; outside of the image is zero.

    It is its own adjoint.
    """
    for axis, sigma in enumerate(sigmas, start=1):
        kernel = discrete_gaussian(sigma).to(x.device, x.dtype)
        rows = x.movedim(axis, -1)
        done = conv1d(rows.reshape(-1, 1, rows.shape[-1]), kernel[None, None], padding=len(kernel) // 2)
        x = done.reshape(rows.shape).movedim(-1, axis)
    return x
