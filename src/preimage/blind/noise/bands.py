"""Energies of the blocks of a picture, by their brightness and by bands of frequencies."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.transform import dct

__all__ = ["EDGES", "BlockBands", "band_energies", "band_middles"]

_SIDE = 16
_MOST = 1 << 14  # blocks looked at
EDGES = (0.0, 0.07, 0.12, 0.18, 0.25, 0.33, 0.42, 0.52, 0.75)
"""Bands of radial frequencies, in cycles per pixel; white noise has the same energy in a coefficient of any."""


@dataclass(frozen=True)
class BlockBands:
    """Blocks of 16x16 pixels of one channel after another.

    Attributes:
        brightness: mean of each block, (C, N).
        energy: mean square of a coefficient of the orthonormal cosine transform in each band, (C, N, K), of the block
            less its best plane; the mean and the two coefficients that are nearly that plane do not count.
        count: coefficients of each band, (K,).
        whole: whether no pixel of the block is as dark or as bright as the picture can be, (C, N).
    """

    brightness: Tensor
    energy: Tensor
    count: Tensor
    whole: Tensor


def band_energies(picture: Tensor) -> BlockBands:
    """The bands of blocks spread over ``picture`` (C, H, W), which overlap by half where it is small.

    Values at an end of the picture's range that more than a thousandth of its samples have are taken for clipped.
    """
    height, width = picture.shape[-2:]
    apart = max(_SIDE // 2, math.ceil(math.sqrt((height - _SIDE + 1) * (width - _SIDE + 1) / _MOST)))
    blocks = picture.unfold(1, _SIDE, apart).unfold(2, _SIDE, apart).flatten(1, 2)  # (C, N, side, side)
    often = 1e-3 * picture.numel()
    ends = [end for end in (picture.amin(), picture.amax()) if int((picture == end).count_nonzero()) > often]
    whole = torch.stack([(blocks != end).flatten(2).all(2) for end in ends] or [blocks.new_ones(blocks.shape[:2]) > 0])
    axis = dct(torch.eye(_SIDE, dtype=picture.dtype), 1).to(picture.device)
    ramp = torch.linspace(-1, 1, _SIDE, dtype=picture.dtype, device=picture.device)
    ramp = ramp / ramp.norm() / math.sqrt(_SIDE)
    down, along = (blocks * ramp[:, None]).sum((2, 3), keepdim=True), (blocks * ramp).sum((2, 3), keepdim=True)
    squares = (axis.T @ (blocks - down * ramp[:, None] - along * ramp) @ axis).square().flatten(2)
    band, count = _bands_of_coefficients()
    belongs = (band[:, None] == torch.arange(len(count))).to(squares)  # (coefficients, K)
    energy = squares @ (belongs / count.to(squares))
    return BlockBands(blocks.mean((2, 3)), energy, count, whole.all(0))


def _bands_of_coefficients() -> tuple[Tensor, Tensor]:
    """The band of each coefficient, -1 for the mean and for planes, and how many each band has."""
    wave = torch.arange(_SIDE) / (2 * _SIDE)
    radius = (wave[:, None].square() + wave.square()).sqrt().flatten()
    band = torch.bucketize(radius, torch.tensor(EDGES[1:-1]), right=True)
    band[[0, 1, _SIDE]] = -1
    return band, torch.bincount(band[band >= 0], minlength=len(EDGES) - 1)


def band_middles() -> Tensor:
    """The mean frequency of the coefficients of each band, in cycles per pixel, (K,)."""
    wave = torch.arange(_SIDE) / (2 * _SIDE)
    radius = (wave[:, None].square() + wave.square()).sqrt().flatten()
    band, count = _bands_of_coefficients()
    return torch.stack([radius[band == k].mean() for k in range(len(count))])
