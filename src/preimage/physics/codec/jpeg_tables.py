"""JPEG's quality and its quantisation tables."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

__all__ = ["luma_steps", "quality_of_steps", "quantisation_steps"]

_LUMA = (
    16, 11, 10, 16, 24, 40, 51, 61,
    12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77,
    24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip

_CHROMA = (
    17, 18, 24, 47, 99, 99, 99, 99,
    18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99,
    *(99,) * 32,
)  # fmt: skip


def luma_steps(quality: int) -> tuple[int, ...]:
    """The quantisation steps of brightness at ``quality`` in 1..100, row by row of the 8x8 frequencies.

    Source: ITU-T T.81, table K.1, scaled as the Independent JPEG Group's programs do.
    """
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return tuple(min(255, max(1, (step * scale + 50) // 100)) for step in _LUMA)


def quality_of_steps(steps: Sequence[int]) -> tuple[int, bool]:
    """The quality in 1..100 whose steps are nearest to ``steps`` (64,), and whether they are the same.

    The distance is the sum of the absolute differences of logarithms: a table twice as coarse is as far as one twice
    as fine.
    """

    def distance(quality: int) -> float:
        pairs = zip(luma_steps(quality), steps, strict=True)
        return sum(abs(math.log(ours / max(1, theirs))) for ours, theirs in pairs)

    best = min(range(1, 101), key=distance)
    return best, luma_steps(best) == tuple(steps)


def quantisation_steps(quality: Tensor) -> tuple[Tensor, Tensor]:
    """The quantisation steps of brightness and of colour, each (N, 8, 8), integers in the dtype of ``quality``.

    ``clamp(floor((table * scale + 50) / 100), 1, 255)`` with the scale ``floor(5000 / q)`` below a quality of 50 and
    ``200 - 2 q`` from there, and the tables K.1 and K.2 of ITU-T T.81.

    Args:
        quality: (N,), rounded to integers from 1 to 100.
    """
    quality = quality.round().clamp(1, 100)
    scale = torch.where(quality < 50, (5000 / quality).floor(), 200 - 2 * quality).reshape(-1, 1, 1)
    tables = (quality.new_tensor(table).reshape(8, 8) for table in (_LUMA, _CHROMA))
    luma, chroma = (((table * scale + 50) / 100).floor().clamp(1, 255) for table in tables)
    return luma, chroma
