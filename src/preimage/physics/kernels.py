"""Convolution kernels: blurs, and the filters that go before decimation.

A kernel is a tensor (1, 1, h, w) that sums to one. Its origin, the entry that leaves an image where it is, is
``(floor(h / 2), floor(w / 2))``, and every kernel here is centred on it, even ones too: filtering shifts nothing.
Rows count downwards; angles are in degrees, counter-clockwise as seen on the screen, from the horizontal axis.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.kernels.splat import splat
from preimage.transform import cubic, lanczos, linear

__all__ = [
    "bicubic_filter",
    "bilinear_filter",
    "gaussian_blur",
    "gaussian_blurs",
    "motion_line",
    "path_kernel",
    "path_kernels",
    "sinc_filter",
]


def gaussian_blur(
    sigma: float | Sequence[float] = 1.0,
    angle: float = 0.0,
    size: int | tuple[int, int] | None = None,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """A Gaussian ``exp(-1/2 p^T C^-1 p)`` at the pixel positions ``p``, with axes of standard deviations ``sigma``.

    Args:
        sigma: standard deviation in pixels, or a pair: along the axis at ``angle``, and across it.
        angle: the angle of the first axis, in degrees.
        size: height and width, or one number for both; by default odd and four standard deviations to each side.
        dtype: the dtype of the result.
    """
    along, across = (float(sigma), float(sigma)) if isinstance(sigma, (int, float)) else (float(s) for s in sigma)
    if not min(along, across) > 0:
        raise ArgumentError(f"`sigma` must be positive, got {sigma}; give the standard deviation in pixels.")
    shape = _shape(2 * math.ceil(4 * max(along, across)) + 1 if size is None else size)
    rows, columns = _positions(shape)
    turn = math.radians(angle)
    u = (columns * math.cos(turn) - rows * math.sin(turn)) / along
    v = (columns * math.sin(turn) + rows * math.cos(turn)) / across
    return _normalised((-(u.square() + v.square()) / 2).exp(), dtype)


def gaussian_blurs(along: Tensor, across: Tensor, angle: Tensor, size: int | tuple[int, int]) -> Tensor:
    """Several kernels of :func:`gaussian_blur` at once.

    Args:
        along, across: the standard deviations along the axis at ``angle`` and across it, in pixels, > 0, (B,).
        angle: the angle of the first axis, in radians, (B,).
        size: height and width of the kernels, or one number for both.

    Returns:
        Kernels (B, 1, h, w), float64.
    """
    height, width = _shape(size)
    # Of odd sizes, the kernel is the same upside down.
    half = (height * width + 1) // 2 if height % 2 and width % 2 else height * width
    # A compiler that traces cannot look into what is kept.
    products = (_products if torch.compiler.is_compiling() else _kept_products)(height, width)
    products = torch.from_numpy(products[:, :half]).to(angle.device)
    cosine, sine = angle.double().cos(), angle.double().sin()
    squares, opposite = torch.stack([cosine, sine, cosine]).square(), 2 * cosine * sine
    # Powers of two are computed several times as fast as those of e.
    first, second = -0.5 / math.log(2) / torch.stack([along, across]).double().square()
    form = torch.stack([*(first * squares[:2] + second * squares[1:]), (second - first) * opposite], 1)
    part = (form @ products).exp2_()
    others = height * width - half
    part = part * (1 / (part.sum(1, keepdim=True) + part[:, :others].sum(1, keepdim=True)))
    return torch.cat([part, part[:, :others].flip(1)], 1).view(-1, 1, height, width)


def _products(height: int, width: int) -> Any:
    """``x^2``, ``y^2`` and ``x y`` of the positions ``x`` to the right of the origin and ``y`` below it, (3, h w)."""
    down, right = (np.arange(n, dtype=np.float64) - n // 2 for n in (height, width))
    one = np.ones((height, 1))
    return np.stack([one * right**2, (0 * right + down[:, None]) ** 2, right * down[:, None]]).reshape(3, -1)


_kept_products = lru_cache(maxsize=8)(_products)


def motion_line(
    length: float, angle: float = 0.0, size: int | tuple[int, int] | None = None, dtype: torch.dtype = torch.float32
) -> Tensor:
    """Uniform motion along a straight line of ``length`` pixels, anti-aliased: see :func:`path_kernel`.

    Args:
        length: the length of the line in pixels, > 0.
        angle: the angle of the line, in degrees.
        size: height and width, or one number for both; by default the smallest odd square that holds the line.
        dtype: the dtype of the result.
    """
    if not length > 0:
        raise ArgumentError(f"`length` must be positive, got {length}; give the length of the motion in pixels.")
    shape = _shape(2 * math.ceil(length / 2) + 1 if size is None else size)
    count = 64 * math.ceil(length)
    time = (torch.arange(count, dtype=torch.float64) + 0.5) / count - 0.5
    turn = math.radians(angle)
    path = length * torch.stack([-time * math.sin(turn), time * math.cos(turn)], 1)
    return path_kernel(path, shape, dtype)


def path_kernel(path: Tensor, size: int | tuple[int, int], dtype: torch.dtype = torch.float32) -> Tensor:
    """The blur of a camera that spends equal times at the points of ``path``, each shared bilinearly by four pixels.

    Args:
        path: (N, 2), displacements (down, right) from the origin in pixels.
        size: height and width, or one number for both. Points outside it are lost.
        dtype: the dtype of the result.
    """
    return path_kernels(path[None], size).to(dtype)


def path_kernels(paths: Tensor, size: int | tuple[int, int]) -> Tensor:
    """The kernels of several paths: :func:`path_kernel` of each of ``paths``.

    Args:
        paths: (B, N, 2), as :func:`path_kernel` takes each.
        size: height and width of the kernels, or one number for both.

    Returns:
        Kernels (B, 1, h, w), float64.
    """
    height, width = shape = _shape(size)
    kernels = splat(paths.double(), shape, (height // 2, width // 2))
    return (kernels / kernels.sum((1, 2), keepdim=True))[:, None]


def bilinear_filter(factor: float, dtype: torch.dtype = torch.float32) -> Tensor:
    """The triangle ``1 - |p| / factor`` in each direction: linear interpolation, stretched by ``factor``.

    Args:
        factor: the factor of the decimation that follows, >= 1.
        dtype: the dtype of the result.
    """
    return _separable(linear, factor, 1, dtype)


def bicubic_filter(factor: float, dtype: torch.dtype = torch.float32) -> Tensor:
    """Cubic convolution interpolation with ``a = -1/2``, stretched by ``factor``.

    Args:
        factor: the factor of the decimation that follows, >= 1.
        dtype: the dtype of the result.

    Source: Keys, "Cubic convolution interpolation for digital image processing", IEEE TASSP 1981, equation 15.
    """
    return _separable(cubic, factor, 2, dtype)


def sinc_filter(factor: float, lobes: int = 3, dtype: torch.dtype = torch.float32) -> Tensor:
    """The ideal low-pass filter of cut-off ``1 / (2 factor)`` under a window of ``lobes`` zero crossings (Lanczos).

    Args:
        factor: the factor of the decimation that follows, >= 1.
        lobes: half-width of the window in units of ``factor`` pixels.
        dtype: the dtype of the result.

    Source: Duchon, "Lanczos filtering in one and two dimensions", J. Appl. Meteorol. 1979.
    """
    return _separable(lambda t: lanczos(t, lobes), factor, lobes, dtype)


def _separable(profile: Callable[[Tensor], Tensor], factor: float, reach: int, dtype: torch.dtype) -> Tensor:
    if not factor >= 1:
        raise ArgumentError(f"`factor` must be at least 1, got {factor}; give the factor of the decimation.")
    side = math.ceil(reach * factor) - 1
    line = profile(torch.arange(-side, side + 1, dtype=torch.float64) / factor)
    return _normalised(line[:, None] * line[None, :], dtype)


def _shape(size: int | tuple[int, int]) -> tuple[int, int]:
    shape = (size, size) if isinstance(size, int) else (int(size[0]), int(size[1]))
    if min(shape) < 1:
        raise ArgumentError(f"`size` must be at least 1, got {size}; give the height and width of the kernel.")
    return shape


def _positions(shape: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Rows and columns relative to the origin."""
    rows, columns = (torch.arange(n, dtype=torch.float64) - n // 2 for n in shape)
    return rows[:, None], columns[None, :]


def _normalised(kernel: Tensor, dtype: torch.dtype) -> Tensor:
    return (kernel / kernel.sum())[None, None].to(dtype)
