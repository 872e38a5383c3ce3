"""The cosine transform of JPEG in whole numbers, as the codec libraries compute it."""

import torch
from torch import Tensor

__all__ = ["block_dct", "block_idct", "forward_dct", "inverse_dct"]

# sqrt(8) times the orthonormal DCT-II in units of 2^-13, on the sums (even rows) or differences (odd rows) of samples
# at equal distance from the middle, the outermost first. They are those of the factorisation of Loeffler, Ligtenberg
# and Moschytz (ICASSP 1989) with its multipliers rounded to 13 bits, therefore some are off by one.
_HALF = (
    (8192, 8192, 8192, 8192),
    (11363, 9633, 6437, 2260),
    (10703, 4433, -4433, -10703),
    (9633, -2259, -11362, -6436),
    (8192, -8192, -8192, 8192),
    (6437, -11362, 2261, 9633),
    (4433, -10704, 10704, -4433),
    (2260, -6436, 9633, -11363),
)
_BITS = 13  # of the multipliers
_KEPT = 2  # further bits that the intermediate result keeps


def forward_dct(x: Tensor) -> Tensor:
    """Eight times the orthonormal DCT-II of the 8x8 blocks of ``x``, rounded after rows and columns.

    Exact in float64 for samples in -128..127. Source: the accurate integer transform of the Independent JPEG Group.

    Args:
        x: whole numbers (..., 8 h, 8 w). Coefficients lie where the samples of their block lay.
    """
    matrix = _matrix(x)
    rows = _descale(_along_rows(x, matrix), _BITS - _KEPT)
    return _descale(_along_columns(rows, matrix), _BITS + _KEPT)


def inverse_dct(coefficients: Tensor) -> Tensor:
    """The orthonormal inverse for 8x8 blocks of whole coefficients (..., 8 h, 8 w), rounded after each direction."""
    matrix = _matrix(coefficients).mT
    columns = _descale(_along_columns(coefficients, matrix), _BITS - _KEPT)
    return _descale(_along_rows(columns, matrix), _BITS + _KEPT + 3)


def block_dct(x: Tensor) -> Tensor:
    """The orthonormal DCT-II of the 8x8 blocks of ``x`` (..., 8 h, 8 w), without rounding."""
    return _along_columns(_along_rows(x, _cosines(x)), _cosines(x))


def block_idct(x: Tensor) -> Tensor:
    """The inverse of :func:`block_dct`."""
    return _along_columns(_along_rows(x, _cosines(x).mT), _cosines(x).mT)


def _along_rows(x: Tensor, matrix: Tensor) -> Tensor:
    return (x.unflatten(-1, (-1, 8)) @ matrix.mT).flatten(-2)


def _along_columns(x: Tensor, matrix: Tensor) -> Tensor:
    return (matrix @ x.unflatten(-2, (-1, 8))).flatten(-3, -2)


def _cosines(like: Tensor) -> Tensor:
    """The orthonormal DCT-II of eight samples, (8, 8), row by row of the frequencies, in the precision of ``like``."""
    frequency = torch.arange(8, dtype=torch.float64).reshape(8, 1)
    basis = 0.5 * (torch.pi / 16 * frequency * (2 * torch.arange(8) + 1)).cos()
    return torch.cat([basis[:1] / 2**0.5, basis[1:]]).to(like)


def _matrix(like: Tensor) -> Tensor:
    half = like.new_tensor(_HALF)
    sign = like.new_tensor([1.0, -1.0] * 4).reshape(8, 1)
    return torch.cat([half, sign * half.flip(-1)], -1)


def _descale(x: Tensor, bits: int) -> Tensor:
    """``x / 2^bits`` to the nearest integer, halves upwards."""
    return (x + 2 ** (bits - 1)).div_(2**bits).floor_()
