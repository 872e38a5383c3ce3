"""Traces of enlarging: detail that comes and goes with a period, and a spectrum that is empty at fine frequencies."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.blind.luma import luma
from preimage.blind.single import check_single

__all__ = ["RescalingTraces", "find_rescaling"]

_LEAST = 64  # pixels of a side
_ROWS = 1024  # that are looked at
_LENGTHS = 4096  # of the Fourier transform of a profile
_EDGE = 30 / 255  # differences count up to this: a few edges must not lead
_WINDOW = 17  # samples of a profile over which its slow part is a mean
_SLOW = 0.1  # frequencies of a profile that say nothing: the picture itself is slow
_CLEAR, _BESIDE_JPEG = 24.0, 36.0  # by how much a peak must stand out; and at multiples of 1/8, where JPEG has peaks
_EMPTY, _FAINT = 6e-4, 12.0  # power so low that a peak of this height is enough
_JPEG = 0.006  # how near to a multiple of 1/8 a frequency is one
_BLOCK = 64  # of the spectrum of rows
_GRADIENT = 0.95  # share of the energy of gradients below the cutoff
_FALL = 10**-2.1  # power at the finest frequencies by that of coarse ones; photographs as they come have more


@dataclass(frozen=True)
class RescalingTraces:
    """What speaks for a picture having been enlarged.

    Attributes:
        factor: how many times, over 1.
        cutoff: the frequency below which 95 % of the energy of its gradients lies, in cycles per pixel, at most 0.5.
        evidence: the height of the peak at the period of the interpolation, by the median around.
    """

    factor: float
    cutoff: float
    evidence: float


@torch.inference_mode()
def find_rescaling(picture: Tensor) -> RescalingTraces | None:
    r"""How many times a picture was enlarged by linear, cubic or alike interpolation; ``None`` where nothing shows it.

    New pixels lie between old ones at distances that repeat: with a factor ``s``, the mean size of differences of
    neighbours along a row is periodic with frequency ``1 / s`` (or its alias ``1 - 1 / s``). The largest peak in the
    spectrum of that mean, over rows and over columns, tells the factor; which of the two it is, the frequency tells
    above which the picture is empty. Blocks of JPEG leave peaks at multiples of 1/8: there only first differences
    count, and fine frequencies must be empty. Pictures made smaller have no traces of this kind.

    Args:
        picture: (C, H, W), in [0, 1]; of three channels the brightness is looked at, else the first.

    Raises:
        ShapeError: the picture has another shape, or is not of real floating-point numbers.

    Source: Gallagher, "Detection of linear and cubic interpolation in JPEG compressed images", CRV 2005 (second
    differences along rows).
    """
    check_single(picture)
    bright = luma(picture if picture.shape[0] == 3 else picture[:1])[0].to("cpu", torch.float32)
    if min(bright.shape) < _LEAST:
        return None
    frequencies = torch.linspace(0, 0.5, _LENGTHS // 2 + 1)
    first, second = ((_peaks(bright, order) + _peaks(bright.T, order)) / 2 for order in (1, 2))
    near_jpeg = ((8 * frequencies).round() / 8 - frequencies).abs() < _JPEG
    cutoff, fall = _spectrum(bright)
    height = torch.where(near_jpeg, first if fall < _FALL else torch.zeros_like(first), torch.maximum(first, second))
    height[frequencies < _SLOW] = 0
    over = height / (torch.where(near_jpeg, _BESIDE_JPEG, _CLEAR) if fall > _EMPTY else torch.tensor(_FAINT))
    best = int(over.argmax())
    if float(over[best]) < 1:
        return None
    frequency = float(frequencies[best])
    factor = min((1 / frequency, 1 / (1 - frequency)), key=lambda s: abs(torch.tensor(2 * cutoff * s).log()))
    return RescalingTraces(factor, cutoff, float(height[best]))


def _peaks(bright: Tensor, order: int) -> Tensor:
    """The spectrum of the mean size of differences along a row, by its median."""
    size = _some_rows(bright).diff(n=order, dim=1).abs().clamp_max(_EDGE)
    profile = (size.mean(0) + 1e-5).log()
    padded = F.pad(profile[None, None], (_WINDOW // 2, _WINDOW // 2), mode="reflect")
    fast = profile - F.avg_pool1d(padded, _WINDOW, 1)[0, 0]
    fast = fast.clamp(-3 * float(fast.std()), 3 * float(fast.std()))[:_LENGTHS]
    spectrum = torch.fft.rfft(fast * torch.hann_window(len(fast)), n=_LENGTHS).abs()
    return spectrum / spectrum[int(2 * _SLOW * len(spectrum)) :].median().clamp_min(1e-9)


def _some_rows(bright: Tensor) -> Tensor:
    """About a thousand rows, spread evenly, of the first few thousand columns."""
    return bright[:: max(1, math.ceil(len(bright) / _ROWS)), : _LENGTHS + 2]


def _spectrum(bright: Tensor) -> tuple[float, float]:
    """The cutoff, and the power at the finest frequencies by that at 1/16."""
    window, power = torch.hann_window(_BLOCK), torch.zeros(_BLOCK // 2 + 1)
    for rows in (bright, bright.T):
        pieces = _some_rows(rows).unfold(1, _BLOCK, _BLOCK // 2)
        power += torch.fft.rfft((pieces - pieces.mean(-1, keepdim=True)) * window).abs().square().mean((0, 1))
    frequencies = torch.linspace(0, 0.5, len(power))
    gradients = (power - power[2:].amin()).clamp_min(0) * frequencies.square()  # without rounding
    below = gradients.cumsum(0) < _GRADIENT * gradients.sum()
    return float(frequencies[min(int(below.sum()), len(power) - 1)]), float(
        power[-6:].mean() / power[4].clamp_min(1e-30)
    )
