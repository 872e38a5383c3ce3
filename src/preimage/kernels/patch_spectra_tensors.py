"""The cosine spectra of overlapping patches by tensor operations."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["PatchSpectra", "cosines", "is_low", "spectra_by_tensors"]


@dataclass(frozen=True)
class PatchSpectra:
    """Patches of an image in the orthonormal cosine basis.

    Frequencies (u, v) of a patch are low where ``u + v`` is less than its longer side.

    Attributes:
        high: coefficients of the high frequencies, channel by channel, (F, N), in the precision of the image.
        energy: sum of the squares of the others, (0, 0) excepted, over all channels, (N,), in double precision.
        means: the mean of the pixels in each channel, (C, N), in double precision.
    """

    high: Tensor
    energy: Tensor
    means: Tensor


def spectra_by_tensors(image: Tensor, tall: int, wide: int, stride: int) -> PatchSpectra:
    """:func:`preimage.kernels.patch_spectra.patch_spectra`."""
    windows = image.unfold(1, tall, 1).unfold(2, wide, 1)[:, ::stride, ::stride]
    pixels = windows.permute(0, 3, 4, 1, 2).flatten(3).flatten(1, 2).double()
    basis, low = torch.kron(cosines(tall), cosines(wide)).to(image.device), is_low(tall, wide).flatten()
    energy = (basis[low][1:] @ pixels).square().sum((0, 1))
    return PatchSpectra((basis[~low] @ pixels).flatten(0, 1).to(image.dtype), energy, pixels.mean(1))


def cosines(n: int) -> Tensor:
    """The orthonormal cosine transform (DCT-II) as a matrix, in double precision."""
    row = torch.arange(n, dtype=torch.float64)
    matrix = torch.cos(torch.pi * (row + 0.5) * row[:, None] / n) * math.sqrt(2 / n)
    matrix[0] /= math.sqrt(2)
    return matrix


def is_low(tall: int, wide: int) -> Tensor:
    """Which frequencies are low, (tall, wide)."""
    return torch.arange(tall)[:, None] + torch.arange(wide) < max(tall, wide)
