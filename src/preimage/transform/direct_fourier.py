"""Samples of a spectrum anywhere, by the sum that defines them."""

import math

import torch
from torch import Tensor

__all__ = ["direct_fourier", "direct_fourier_adjoint"]

_BLOCK = 2**22  # complex numbers at once


def direct_fourier(x: Tensor, points: Tensor) -> Tensor:
    r"""``y_j = N^(-1/2) sum_n x_n exp(-2 pi i k_j . (n - c))`` with ``c = floor(size / 2)`` along each axis.

    Where the points lie on the grid of :class:`preimage.transform.CentredFourier` this is that transform. One axis
    after the other is summed, over a block of points at a time. Derivatives of any order reach both arguments.

    Args:
        x: complex arrays (B, C, ...), of ``N`` numbers each.
        points: the frequencies ``k_j`` in cycles per sample, real, (1 or B, M, d) for the last ``d`` axes of ``x``.

    Shapes: the result is (B, C, M).
    """
    dims = points.shape[-1]
    shape = tuple(x.shape[-dims:])
    blocks = [_gathered(x, _waves(part, shape, x)) for part in points.split(_block(x, dims), 1)]
    return torch.cat(blocks, -1) / math.prod(shape) ** 0.5


def direct_fourier_adjoint(y: Tensor, points: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The adjoint of :func:`direct_fourier`: ``x_n = N^(-1/2) sum_j y_j exp(2 pi i k_j . (n - c))``.

    Args:
        y: complex samples (B, C, M).
        points: as there.
        shape: the last axes of the result, (B, C, ...).
    """
    x = y.new_zeros((*y.shape[:2], *shape))
    size = _block(x, len(shape))
    for part, samples in zip(points.split(size, 1), y.split(size, -1), strict=True):
        x = x + _spread(samples, [wave.conj() for wave in _waves(part, shape, y)])
    return x / math.prod(shape) ** 0.5


def _block(x: Tensor, dims: int) -> int:
    """How many points to take at once for arrays like ``x``: what is kept is all but its last axis, for each."""
    kept = x.shape[0] * x.shape[1] * math.prod(x.shape[-dims:-1]) + sum(x.shape[-dims:])
    return max(_BLOCK // max(kept, 1), 1)


def _waves(points: Tensor, shape: tuple[int, ...], like: Tensor) -> list[Tensor]:
    """``exp(-2 pi i k (n - c))`` along each axis, (1 or B, M, size)."""
    waves = []
    for axis, size in enumerate(shape):
        place = torch.arange(size, dtype=torch.float64, device=points.device) - size // 2
        angle = -2 * math.pi * points[..., axis, None].double() * place
        waves.append(torch.complex(angle.cos(), angle.sin()).to(like.device, like.dtype))
    return waves


def _gathered(x: Tensor, waves: list[Tensor]) -> Tensor:
    """``sum_n x_n prod_d waves_d[j, n_d]``, (B, C, M)."""
    *others, last = waves
    lead = (1,) * len(others)
    kept = x @ last.mT.reshape(last.shape[0], *lead, *last.mT.shape[1:])  # (B, C, ..., M)
    for wave in reversed(others):
        kept = (kept * wave.mT.reshape(wave.shape[0], *(1,) * (kept.ndim - 3), *wave.mT.shape[1:])).sum(-2)
    return kept


def _spread(y: Tensor, waves: list[Tensor]) -> Tensor:
    """``sum_j y_j prod_d waves_d[j, n_d]``, (B, C, ...)."""
    *others, last = waves
    kept = y  # (B, C, ..., m)
    for wave in others:
        kept = kept.unsqueeze(-2) * wave.mT.reshape(wave.shape[0], *(1,) * (kept.ndim - 2), *wave.mT.shape[1:])
    return kept @ last.reshape(last.shape[0], *(1,) * len(others), *last.shape[1:])
