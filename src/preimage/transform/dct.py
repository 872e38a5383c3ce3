"""The discrete cosine transform, in which differences with replicated borders are diagonal."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from preimage.kernels.cosine_loops import cosines_in_loops, from_cosines_in_loops
from preimage.kernels.recorded import apply_linear
from preimage.transform.fourier import narrowed, transformed, widened

__all__ = ["dct", "idct", "laplacian_spectrum"]


def dct(x: Tensor, dims: int = 2) -> Tensor:
    """The orthonormal DCT-II ``X_k = c_k sum_n x_n cos(pi k (2 n + 1) / (2 N))`` of the last dimensions.

    ``c_0 = sqrt(1 / N)``, else ``sqrt(2 / N)``.

    Args:
        x: a tensor (..., N_1, ..., N_dims), real or complex.
        dims: how many of the last dimensions are transformed.

    Source: Makhoul, "A fast cosine transform in one and two dimensions", 1980.
    """
    return narrowed(_cosines(widened(x), dims), x)


def idct(x: Tensor, dims: int = 2) -> Tensor:
    """The inverse of :func:`dct`, which is its transpose (DCT-III).

    Args:
        x: coefficients (..., N_1, ..., N_dims), real or complex.
        dims: how many of the last dimensions are transformed.
    """
    return narrowed(_from_cosines(widened(x), dims), x)


def laplacian_spectrum(like: Tensor, dims: int = 2) -> Tensor:
    """Eigenvalues ``sum_d 4 sin^2(pi k_d / (2 N_d))`` of ``-divergence(gradient(x))``, whose eigenvectors are DCT-II's.

    Shapes: those of the last ``dims`` dimensions of ``like``.
    """
    total = like.real.new_zeros((1,) * dims)
    for axis, size in enumerate(like.shape[-dims:]):
        along = 4 * (0.5 * torch.pi * torch.arange(size, dtype=like.real.dtype, device=like.device) / size).sin() ** 2
        total = total + along.reshape(-1, *(1,) * (dims - 1 - axis))
    return total


def _cosines(x: Tensor, dims: int) -> Tensor:
    if x.is_complex():
        return torch.complex(_cosines(x.real, dims), _cosines(x.imag, dims))
    if not (last := min(dims, 2)):
        return x
    return apply_linear(
        _each_axis(x, range(-dims, -last), _forward),
        lambda some: cosines_in_loops(some, last),
        lambda some: _each_axis(some, range(-last, 0), _forward),
        lambda some: _from_cosines(some, last),
    )


def _from_cosines(x: Tensor, dims: int) -> Tensor:
    if x.is_complex():
        return torch.complex(_from_cosines(x.real, dims), _from_cosines(x.imag, dims))
    if not (last := min(dims, 2)):
        return x
    return apply_linear(
        _each_axis(x, range(-dims, -last), _inverse),
        lambda some: from_cosines_in_loops(some, last),
        lambda some: _each_axis(some, range(-last, 0), _inverse),
        lambda some: _cosines(some, last),
    )


def _each_axis(x: Tensor, axes: range, transform: Callable[[Tensor, int], Tensor]) -> Tensor:
    for axis in axes:
        # Along the axis as it lies: all but the last are reordered by whole rows.
        x = transform(x, axis)
    return x


def _forward(x: Tensor, axis: int) -> Tensor:
    size = x.shape[axis]
    # Even samples, then odd ones backwards: the cosines become those of a Fourier transform of the same length, of
    # which one half tells both: turned by exp(-i pi k / (2 N)), frequency k has coefficients k and, negative, N - k.
    even, odd = (x[_every_other(axis, first)] for first in (0, 1))
    half = _transformed_along(torch.fft.rfft, torch.cat([even, odd.flip(axis)], axis), axis)
    turned = torch.view_as_real(half * _twiddle(x, axis).narrow(axis, 0, size // 2 + 1))
    real, imaginary = turned.unbind(-1)
    last = imaginary.narrow(axis, 1, (size + 1) // 2 - 1).flip(axis)
    signs = x.new_ones(size)
    signs[size // 2 + 1 :] = -1
    return torch.cat([real, last], axis) * _along(signs * _scale(x, axis), axis)


def _inverse(x: Tensor, axis: int) -> Tensor:
    size = x.shape[axis]
    x = x / _along(_scale(x, axis), axis)
    half = size // 2 + 1
    last = -x.narrow(axis, size - half + 1, half - 1).flip(axis)
    turned = torch.complex(x.narrow(axis, 0, half), torch.cat([torch.zeros_like(x.narrow(axis, 0, 1)), last], axis))
    turned = turned * _twiddle(x, axis).narrow(axis, 0, half).conj()
    shuffled = _transformed_along(torch.fft.irfft, turned, axis, n=size)
    even = shuffled.narrow(axis, 0, (size + 1) // 2)
    odd = shuffled.narrow(axis, (size + 1) // 2, size // 2).flip(axis)
    if size % 2:
        odd = torch.cat([odd, torch.zeros_like(x.narrow(axis, 0, 1))], axis)
    place = axis + x.ndim
    return torch.stack([even, odd], place + 1).flatten(place, place + 1).narrow(axis, 0, size)


def _transformed_along(transform: Callable[..., Tensor], x: Tensor, axis: int, **options: int) -> Tensor:
    """The transform along ``axis`` of a tensor of any rank, whose first axis may be that one."""
    is_first = axis + x.ndim == 0
    result = transformed(transform, x[None] if is_first else x, dim=axis, **options)
    return result[0] if is_first else result


def _every_other(axis: int, first: int) -> tuple[Any, ...]:
    """The index of samples ``first``, ``first + 2``, ... along ``axis``, counted from the end."""
    return (..., slice(first, None, 2), *(slice(None),) * (-1 - axis))


def _along(values: Tensor, axis: int) -> Tensor:
    """``values`` along ``axis``, counted from the end."""
    return values.reshape(-1, *(1,) * (-1 - axis))


def _twiddle(x: Tensor, axis: int) -> Tensor:
    """``exp(-i pi k / (2 N))`` along ``axis``."""
    size = x.shape[axis]
    angle = -0.5 * torch.pi * torch.arange(size, dtype=x.dtype, device=x.device) / size
    return _along(torch.polar(torch.ones_like(angle), angle), axis)


def _scale(x: Tensor, axis: int) -> Tensor:
    size = x.shape[axis]
    factor = x.new_full((size,), (2 / size) ** 0.5)
    factor[0] = (1 / size) ** 0.5
    return factor
