"""The discrete cosine transform, in which differences with replicated borders are diagonal."""

from collections.abc import Callable

import torch
from torch import Tensor

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
    return narrowed(_each_axis(widened(x), dims, _forward), x)


def idct(x: Tensor, dims: int = 2) -> Tensor:
    """The inverse of :func:`dct`, which is its transpose (DCT-III).

    Args:
        x: coefficients (..., N_1, ..., N_dims), real or complex.
        dims: how many of the last dimensions are transformed.
    """
    return narrowed(_each_axis(widened(x), dims, _inverse), x)


def laplacian_spectrum(like: Tensor, dims: int = 2) -> Tensor:
    """Eigenvalues ``sum_d 4 sin^2(pi k_d / (2 N_d))`` of ``-divergence(gradient(x))``, whose eigenvectors are DCT-II's.

    Shapes: those of the last ``dims`` dimensions of ``like``.
    """
    total = like.real.new_zeros((1,) * dims)
    for axis, size in enumerate(like.shape[-dims:]):
        along = 4 * (0.5 * torch.pi * torch.arange(size, dtype=like.real.dtype, device=like.device) / size).sin() ** 2
        total = total + along.reshape(-1, *(1,) * (dims - 1 - axis))
    return total


def _each_axis(x: Tensor, dims: int, transform: Callable[[Tensor], Tensor]) -> Tensor:
    if x.is_complex():
        return torch.complex(_each_axis(x.real, dims, transform), _each_axis(x.imag, dims, transform))
    for axis in range(-dims, 0):
        x = transform(x.movedim(axis, -1)).movedim(-1, axis)
    return x


def _forward(x: Tensor) -> Tensor:
    size = x.shape[-1]
    # Even samples, then odd ones backwards: the cosines become those of a Fourier transform of the same length, of
    # which one half tells both: turned by exp(-i pi k / (2 N)), frequency k has coefficients k and, negative, N - k.
    half = transformed(torch.fft.rfft, torch.cat([x[..., ::2], x[..., 1::2].flip(-1)], -1))
    turned = torch.view_as_real(half * _twiddle(x)[: size // 2 + 1])
    last = turned[..., 1 : (size + 1) // 2, 1].flip(-1).neg()
    return torch.cat([turned[..., 0], last], -1) * _scale(x, size)


def _inverse(x: Tensor) -> Tensor:
    size = x.shape[-1]
    x = x / _scale(x, size)
    half = size // 2 + 1  # the spectrum of a real signal: the rest is conjugate
    mirrored = torch.cat([torch.zeros_like(x[..., :1]), x[..., size - half + 1 :].flip(-1)], -1)
    spectrum = torch.complex(x[..., :half], -mirrored) * _twiddle(x)[:half].conj()
    shuffled = transformed(torch.fft.irfft, spectrum, n=size)
    even, odd = shuffled[..., : (size + 1) // 2], shuffled[..., (size + 1) // 2 :].flip(-1)
    pairs = torch.stack([even[..., : size // 2], odd], -1).flatten(-2)
    return torch.cat([pairs, even[..., -1:]], -1) if size % 2 else pairs


def _twiddle(x: Tensor) -> Tensor:
    """``exp(-i pi k / (2 N))``."""
    size = x.shape[-1]
    angle = -0.5 * torch.pi * torch.arange(size, dtype=x.dtype, device=x.device) / size
    return torch.polar(torch.ones_like(angle), angle)


def _scale(x: Tensor, size: int) -> Tensor:
    factor = x.new_full((size,), (2 / size) ** 0.5)
    factor[0] = (1 / size) ** 0.5
    return factor
