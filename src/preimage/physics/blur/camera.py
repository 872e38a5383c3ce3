"""The blur before decimation, centred on the blocks of fine pixels that become one coarse pixel."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.transform import lanczos

__all__ = ["WIDTHS", "camera_gaussian", "camera_lanczos", "move_to_block"]

# Standard deviations in pixels of the fine grid: a coarse pixel's own, factor / sqrt(12), and a little for the lens.
# The widths published for real photographs (0.9, 1.7 and 2.2, Zhang et al. 2021) ring on pictures that are sharper.
WIDTHS = {2: 0.7, 3: 1.0, 4: 1.3, 8: 2.5}


def camera_gaussian(factor: int) -> Tensor:
    """A Gaussian that suits ``factor``, (h, w), for decimation to the first pixel of every block."""
    width, shift = WIDTHS[factor], _shift(factor)
    half = math.ceil(3.5 * width + shift)
    return _separable(torch.exp(-((torch.arange(-half, half + 1) + shift) ** 2) / (2 * width**2)))


def camera_lanczos(factor: int) -> Tensor:
    """``sinc(t) sinc(t / 2)`` for ``|t| < 2``, in each axis, with t in coarse pixels: support ``4 factor``.

    It is what programs make pictures smaller with.

    Source: Duchon, "Lanczos filtering in one and two dimensions", J. Appl. Meteorol. 1979; two lobes and a centre
    between pixels: Ulyanov, Vedaldi, Lempitsky, "Deep image prior", CVPR 2018.
    """
    shift = _shift(factor)
    half = math.ceil(2 * factor + shift)
    t = (torch.arange(-half, half + 1) + shift) / factor
    return _separable(lanczos(t, 2))


def move_to_block(kernel: Tensor, factor: int) -> Tensor:
    """``kernel`` (h, w), centred on a pixel, moved to the middle of the block; two entries share half pixels."""
    shift = _shift(factor)
    # Entry j acts on the pixel origin - j further.
    whole, part = math.ceil(shift), math.ceil(shift) - shift
    padded = F.pad(kernel, (whole, whole, whole, whole))
    result = padded.roll((-whole, -whole), (0, 1))
    for axis in (0, 1) if part else ():
        result = (1 - part) * result + part * result.roll(1, axis)
    return result


def _shift(factor: int) -> float:
    """From the first pixel of a block to its middle."""
    return (factor - 1) / 2


def _separable(line: Tensor) -> Tensor:
    line = line / line.sum()
    return line[:, None] * line
