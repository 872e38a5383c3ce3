"""Noise of light: whether the noise of a picture grows with its brightness."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from preimage.blind.white_noise import inside, step_of
from preimage.kernels.sliding.window_means import sums_around, windows_around

__all__ = ["Light", "find_light", "fit_light"]

_BINS, _LEAST = 24, 4096  # of brightness; and the fewest pixels that tell
_MOST = 1 << 21  # pixels looked at: forty thousand in a bin tell its variance to one in a hundred
_STRIP = 256  # rows at a time
_WINDOW = 7  # pixels whose mean is the brightness
_GROWTH = 3.0  # how much stronger the variance of bright parts must be than that of dark ones
_AGREED = 1.6  # how far from the level found otherwise the fit may be


@dataclass(frozen=True)
class Light:
    """``variance = gain x + sigma^2``: noise of photons, of ``gain`` image units each, and of the sensor."""

    gain: float
    sigma: float

    def over(self, pixels: Tensor) -> float:
        """The standard deviation over all ``pixels``."""
        return math.sqrt(self.gain * max(float(pixels.mean()), 0.0) + self.sigma**2)

    def __str__(self) -> str:
        return f"variance {self.gain:.3g} x + {self.sigma:.3g}^2"


def find_light(y: Tensor, sigma: float) -> Light | None:
    """The noise of light of ``y`` (C, H, W), where its variance is clearly a line through brightness.

    The variance is that of second differences in both directions, by their median in places of about one brightness
    where that changes least: 24 points, through which a line is laid. Texture, too, may grow with brightness, so that
    the line must agree with ``sigma``, the level of the noise that was found in another way; or its gain with the step
    between the values of ``y``, which are then counts of photons.
    """
    brightness, detail = _smoothest(inside(y))
    if len(brightness) < _LEAST:
        return None
    means, variances = _by_brightness(brightness, detail)
    gain, rest = _line(means, variances)
    low, middle, high = (max(gain * float(means[k]) + rest, 1e-12) for k in (2, _BINS // 2, -3))
    # Clipping at black, too, leaves less noise in dark parts, but from there on it does not grow.
    grows = float(variances[-3]) >= float(variances[_BINS // 2]) * math.sqrt(high / middle)
    if gain <= 0 or not grows or high < _GROWTH * max(low, float(variances[2])):
        return None
    light = Light(gain, math.sqrt(max(rest, 0.0)))
    if sigma / _AGREED <= light.over(y) <= sigma * _AGREED:
        return light
    step = step_of(y[None], least=gain / _AGREED)
    return light if step / _AGREED <= gain <= step * _AGREED else None


def fit_light(y: Tensor) -> Light | None:
    """The noise of light of samples (C, H, W) of a sensor, whose variance is known to be a line through brightness.

    The line is that of :func:`find_light`, which asks in addition whether there is such noise at all. ``None`` where
    there are too few pixels, or the line falls.
    """
    brightness, detail = _smoothest(inside(y))
    if len(brightness) < _LEAST:
        return None
    gain, rest = _line(*_by_brightness(brightness, detail))
    return Light(gain, math.sqrt(max(rest, 0.0))) if gain > 0 else None


def _by_brightness(brightness: Tensor, detail: Tensor) -> tuple[Tensor, Tensor]:
    """Means of brightness and variances of detail, of so many pixels each, in double precision."""
    edges = torch.arange(len(brightness)).chunk(_BINS)
    order = torch.from_numpy(np.argpartition(brightness.numpy(), [int(edge[0]) for edge in edges[1:]]))
    parts = [order[edge] for edge in edges]
    means = torch.stack([brightness[part].double().mean() for part in parts])
    medians = torch.stack([detail[part].abs().median() for part in parts]).double()
    return means, (medians / 0.67448975).square()


def _smoothest(y: Tensor) -> tuple[Tensor, Tensor]:
    """Brightness and detail of the half of the pixels around which brightness changes least, for its noise."""
    if min(y.shape[-2:]) < 3:
        return y.new_zeros(0), y.new_zeros(0)
    channels, rows, columns = len(y), y.shape[1] - 2, y.shape[2] - 2
    every = math.ceil(channels * rows * columns / _MOST) // 2 * 2 + 1  # odd, so that all places of a mosaic are seen
    parts = []
    for start in range(0, channels * rows, rows):
        for top in range(0, rows, _STRIP):
            found = _detailed(y[start // rows], top, min(top + _STRIP, rows))
            first = -(start + top) * columns % every
            parts.append([part.flatten()[first::every].clone() for part in found])  # a view would keep all of it
    change, brightness, detail = (torch.cat(part) for part in zip(*parts, strict=True))
    change = change / brightness.clamp_min(1e-6).sqrt()
    chosen = torch.from_numpy(np.argpartition(change.numpy(), len(change) // 2)[: len(change) // 2])
    return brightness[chosen], detail[chosen]


def _detailed(y: Tensor, top: int, bottom: int) -> tuple[Tensor, Tensor, Tensor]:
    """Change of brightness, brightness and detail of rows of the pixels (H, W) that are not at the border of ``y``."""
    detail = y[top : bottom + 2].diff(n=2, dim=0).diff(n=2, dim=1) / 6  # of variance one for white noise of one
    above, reach = max(0, top - _WINDOW // 2), bottom + 2 + _WINDOW // 2
    seen = y[above:reach]
    mean = (sums_around(seen, _WINDOW) / windows_around(seen, _WINDOW))[top - above : bottom + 2 - above]
    down = (mean[2:, 1:-1] - mean[:-2, 1:-1]).abs()
    along = (mean[1:-1, 2:] - mean[1:-1, :-2]).abs()
    return down.add_(along), mean[1:-1, 1:-1], detail


def _line(x: Tensor, y: Tensor) -> tuple[float, float]:
    """Slope and offset of ``y`` by least squares of relative errors, in which what is far off counts less."""
    design, weights = torch.stack([x, torch.ones_like(x)], 1), 1 / y.clamp_min(1e-9)
    line = design.new_zeros(2)
    for _ in range(5):
        line = torch.linalg.lstsq(design * weights[:, None], (y * weights)[:, None]).solution[:, 0]
        fitted = (design @ line).clamp_min(1e-9)
        weights = 1 / (fitted * (1 + (y - fitted).abs() / (0.3 * fitted)))
    return float(line[0]), float(line[1])
