"""What JPEG leaves in the pixels of a picture, whatever became of the file."""

import math
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from preimage.blind.luma import luma
from preimage.blind.single import check_single
from preimage.physics.codec.jpeg_tables import luma_steps
from preimage.transform import dct

__all__ = ["JPEGTraces", "find_jpeg"]

# Pixels looked at, in blocks spread over the picture, for all 64 phases of the grid and for the one chosen.
_GLANCE, _LOOK = 1 << 16, 1 << 19
# Standard deviation of a coefficient around a multiple of its step: pixels are rounded to integers, colours as well.
_ROUNDING = 0.33
# Share of coefficients that follow no lattice, as those of blocks with clipped pixels.
_STRAY = 0.02
# Coefficients this small are zero, up to rounding; they fit every step and say nothing.
_ZERO = 1.5
# Histograms of absolute coefficients.
_WIDTH, _BINS = 0.125, 8192
# Least log-likelihood ratio, in total and for each coefficient, by which JPEG must explain a picture better.
_LEAST, _LEAST_EACH = 30.0, 0.02


@dataclass(frozen=True)
class JPEGTraces:
    """What speaks for JPEG in the pixels of a picture.

    Attributes:
        quality: in 1..100, as libjpeg counts.
        phase: row and column of the first whole block of 8x8 pixels, each in 0..7.
        evidence: the log-likelihood ratio to no JPEG at all.
    """

    quality: int
    phase: tuple[int, int]
    evidence: float


@torch.inference_mode()
def find_jpeg(picture: Tensor) -> JPEGTraces | None:
    r"""The quality at which a picture was last compressed by JPEG; ``None`` where nothing speaks for it.

    On the grid of the blocks, the coefficients of each frequency are multiples of a step ``s`` but for rounding: their
    density is ``s sum_n N(c - n s)`` times a smooth one. The product of these factors over coefficients other
    than zero is the likelihood ratio of a quality to no compression; the largest over qualities and phases of the grid
    decides, and has to be clearly more than one. A crop keeps these traces; resizing removes them.

    Args:
        picture: (C, H, W), in [0, 1]; of three channels the brightness is looked at, else the first.

    Raises:
        ShapeError: the picture has another shape, or is not of real floating-point numbers.
    """
    check_single(picture)
    pixels = 255 * luma(picture if picture.shape[0] == 3 else picture[:1])[0].to("cpu", torch.float32)
    if min(pixels.shape) < 16:
        return None
    corners = [(row, column) for row in range(8) for column in range(8)]
    glances = torch.stack([_scores(*_histograms(pixels, corner, _GLANCE, 4)).max() for corner in corners])
    phase = corners[int(glances.argmax())]
    histograms, frequencies = _histograms(pixels, phase, _LOOK, 15)
    scores, count = _scores(histograms, frequencies), float(histograms.sum())
    evidence = float(scores.max())
    if evidence < max(_LEAST, _LEAST_EACH * count):
        return None
    return JPEGTraces(1 + int(scores.argmax()), phase, evidence)


def _histograms(pixels: Tensor, corner: tuple[int, int], most: int, band: int) -> tuple[Tensor, Tensor]:
    """How often coefficients have which absolute value, (frequencies, bins), and their numbers among the 64.

    The frequencies are those with ``0 < u + v < band``.
    """
    apart = 8 * max(1, math.ceil(math.sqrt(pixels.numel() / most)))
    blocks = pixels[corner[0] :, corner[1] :].unfold(0, 8, apart).unfold(1, 8, apart).reshape(-1, 64)
    whole = (blocks.amin(1) > 0.5) & (blocks.amax(1) < 254.5)  # clipped pixels move coefficients
    wave = torch.arange(8)
    order = (wave[:, None] + wave).flatten()
    frequencies = torch.nonzero((order > 0) & (order < band)).flatten()
    axis = dct(torch.eye(8), 1).mT
    sizes = (blocks[whole] @ torch.kron(axis, axis)[frequencies].mT).abs()
    place = torch.arange(len(frequencies)) * _BINS + (sizes / _WIDTH).long().clamp_max(_BINS - 1)
    counts = torch.bincount(place[sizes > _ZERO], minlength=len(frequencies) * _BINS)
    return counts.reshape(-1, _BINS).float(), frequencies


def _scores(histograms: Tensor, frequencies: Tensor) -> Tensor:
    """The log-likelihood ratio of each quality, (100,)."""
    filled = int(histograms.sum(0).nonzero().max()) + 1 if bool(histograms.any()) else 1
    of_step = histograms[:, :filled] @ _log_ratios()[:filled]
    steps = torch.tensor([luma_steps(quality) for quality in range(1, 101)])[:, frequencies]
    return of_step.gather(1, steps.mT - 1).sum(0)


@cache
def _log_ratios() -> Tensor:
    """``log((1 - e) s N(distance to the nearest multiple of s) + e)`` for bins and steps, (bins, 255)."""
    value = (torch.arange(_BINS, dtype=torch.float32)[:, None] + 0.5) * _WIDTH
    step = torch.arange(1, 256, dtype=torch.float32)
    apart = (value + step / 2) % step - step / 2
    ratio = torch.zeros(_BINS, 255)
    for other in (-2, -1, 0, 1, 2):  # those next to the nearest count where steps are small
        ratio += step * torch.exp(-((apart - other * step) ** 2) / (2 * _ROUNDING**2))
    ratio *= (1 - _STRAY) / (_ROUNDING * math.sqrt(2 * math.pi))
    return (ratio + _STRAY).log()
