"""Kernels of random blurs from their numbers."""

import math

import torch
from torch import Tensor

from preimage.physics.kernels import gaussian_blurs
from preimage.transform import bessel_j1

__all__ = ["decimation_kernel", "gaussian_kernel", "generalised_kernel", "plateau_kernel", "sinc_kernel"]

_LEAST = 1e-3  # standard deviation in pixels below which a Gaussian is a single pixel


def gaussian_kernel(size: int, along: float, across: float, angle: float) -> Tensor:
    """A Gaussian (1, 1, size, size), float64, of standard deviations in pixels along ``angle`` (radians) and across."""
    first, second, turn = (torch.tensor([v], dtype=torch.float64) for v in (along, across, angle))
    return gaussian_blurs(first.clamp_min(_LEAST), second.clamp_min(_LEAST), turn, size)


def generalised_kernel(size: int, along: float, across: float, angle: float, power: float) -> Tensor:
    """``exp(-q^power / 2)`` with ``q = p^T C^-1 p``, the exponent of a Gaussian: flatter above 1, with tails below.

    Source: Liu, Wang, Cao, Wang, "Estimating generalized Gaussian blur kernels for out-of-focus image deblurring",
    IEEE TCSVT 2020.
    """
    return _normalised((-(_form(size, along, across, angle) ** power) / 2).exp())


def plateau_kernel(size: int, along: float, across: float, angle: float, power: float) -> Tensor:
    """``1 / (1 + q^power)`` with ``q = p^T C^-1 p``. Source: Wang, Xie, Dong, Shan, "Real-ESRGAN", ICCVW 2021."""
    return _normalised(1 / (1 + _form(size, along, across, angle) ** power))


def sinc_kernel(size: int, cutoff: float) -> Tensor:
    """The ideal low-pass filter of a round band, ``w J1(w r) / (2 pi r)``, cut to ``size``: it rings.

    Args:
        size: side of the kernel.
        cutoff: ``w``, radians a pixel, in (0, pi].
    """
    axis = torch.arange(size, dtype=torch.float64) - size // 2
    radius = (axis[:, None].square() + axis.square()).sqrt()
    safe = torch.where(radius == 0, 1, radius)
    ringing = cutoff * bessel_j1(cutoff * safe) / (2 * math.pi * safe)
    return _normalised(torch.where(radius == 0, cutoff**2 / (4 * math.pi), ringing))


def decimation_kernel(size: int, sigma: float, factor: int) -> Tensor:
    """An isotropic Gaussian displaced by ``(factor - 1) / 2``: what is kept of a block lies in its middle."""
    axis = torch.arange(size, dtype=torch.float64) - size // 2 + (factor - 1) / 2
    line = -(axis.square()) / (2 * max(sigma, _LEAST) ** 2)
    line = (line - line.max()).exp()  # the middle of a block may lie between pixels
    return _normalised(line[:, None] * line)


def _form(size: int, along: float, across: float, angle: float) -> Tensor:
    """``p^T C^-1 p`` at the pixels, (size, size), for axes of these lengths; angles count counter-clockwise."""
    axis = torch.arange(size, dtype=torch.float64) - size // 2
    rows, columns = axis[:, None], axis[None, :]
    u = (columns * math.cos(angle) - rows * math.sin(angle)) / max(along, _LEAST)
    v = (columns * math.sin(angle) + rows * math.cos(angle)) / max(across, _LEAST)
    return u.square() + v.square()


def _normalised(kernel: Tensor) -> Tensor:
    return (kernel / kernel.sum())[None, None]
