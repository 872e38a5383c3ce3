"""Noise of light: whether the noise of a picture grows with its brightness."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from typing_extensions import Self

from preimage.blind.white_noise import inside, step_of
from preimage.kernels.sliding.window_means import sums_around, windows_around

__all__ = ["Light", "find_light", "fit_light"]

_BINS, _LEAST = 24, 4096  # of brightness; and the fewest pixels that tell
_MOST = 1 << 21  # pixels looked at: forty thousand in a bin tell its variance to one in a hundred
_STRIP = 256  # rows at a time
_WINDOW = 7  # pixels whose mean is the brightness
_GROWTH = 3.0  # how much stronger the variance of bright parts must be than that of dark ones
# Or so much where the line holds: four of five points are this near to it, relatively, its end does not fall, the level
# is nearly that found otherwise, and hardly any pixel is clipped at black. See benchmarks/light.py.
_SLIGHT, _NEAR, _END, _EQUAL, _CLIPPED = 1.8, 0.17, 0.85, 1.25, 0.05
_AGREED = 1.6  # how far from the level found otherwise the fit may be
_COUNTS = 1.5 / 255  # steps that are counts: those of 8 bits are finer


@dataclass(frozen=True)
class Light:
    """``variance = gain max(x - black, 0) + sigma^2``: noise of photons and of the sensor.

    Attributes:
        gain: the image units of a photon.
        sigma: the standard deviation of the noise of the sensor, image units.
        black: what the sensor gives without light: cameras of microscopes add some hundred counts.
    """

    gain: float
    sigma: float
    black: float = 0.0

    @classmethod
    def on_line(cls, gain: float, rest: float) -> Self:
        """That of the variance ``gain x + rest``. Less than no noise in the dark is light without which black is."""
        return cls(gain, math.sqrt(rest)) if rest >= 0 else cls(gain, 0.0, -rest / gain)

    def variance(self, pixels: Tensor) -> Tensor:
        """That of the noise of each of ``pixels``, which are without noise."""
        return self.gain * (pixels - self.black).clamp_min(0) + self.sigma**2

    def over(self, pixels: Tensor) -> float:
        """The standard deviation over all ``pixels``."""
        return math.sqrt(self.gain * max(float(pixels.mean()) - self.black, 0.0) + self.sigma**2)

    def __str__(self) -> str:
        lit = f"(x - {self.black:.3g})" if self.black else "x"
        return f"variance {self.gain:.3g} {lit} + {self.sigma:.3g}^2"


def find_light(y: Tensor, sigma: float) -> Light | None:
    """The noise of light of ``y`` (C, H, W), where its variance is clearly a line through brightness.

    The variance is that of second differences in both directions, by their median in places of about one brightness
    where that changes least: 24 points, through which a line is laid. Texture, too, may grow with brightness, so that
    a steep line must agree with ``sigma``, the level of the noise that was found in another way; or lie close to all
    points and reach down to that level; or its gain must be the step between the values of ``y``, which are then counts
    of photons. A line that grows little must be close to the points and agree with ``sigma`` nearly.

    Args:
        y: pixels (C, H, W).
        sigma: the level of white noise that was found, image units.
    """
    brightness, detail = _smoothest(inside(y))
    if len(brightness) < _LEAST:
        return None
    means, variances = _by_brightness(brightness, detail)
    gain, rest = _line(means, variances)
    if gain <= 0:
        return None
    light, (growth, end, far) = Light.on_line(gain, rest), _shape(means, variances, gain, rest)
    if growth >= _GROWTH and end >= 1:
        # Of noise that grows much the other estimate may be that of the dark parts.
        dark = far <= _NEAR and float(light.variance(means[2]).sqrt()) <= sigma * _AGREED <= light.over(y) * _AGREED**2
        return light if dark or _level_agrees(light, y, sigma, _AGREED) or _steps_agree(light, y) else None
    holds = growth >= _SLIGHT and end >= _END and far <= _NEAR and float((y <= y.min()).float().mean()) <= _CLIPPED
    return light if holds and _level_agrees(light, y, sigma, _EQUAL) else None


def fit_light(y: Tensor) -> Light | None:
    """The noise of light of samples (C, H, W) of a sensor, whose variance is known to be a line through brightness.

    The line is that of :func:`find_light`, which asks in addition whether there is such noise at all. ``None`` where
    there are too few pixels, or the line falls.
    """
    brightness, detail = _smoothest(inside(y))
    if len(brightness) < _LEAST:
        return None
    gain, rest = _line(*_by_brightness(brightness, detail))
    return Light.on_line(gain, rest) if gain > 0 else None


def _shape(means: Tensor, variances: Tensor, gain: float, rest: float) -> tuple[float, float, float]:
    """How much the variance grows along its line, how high its end is, and how far most points are from it.

    Clipping at black, too, leaves less noise in dark parts, but from there on it does not grow: the end is low.
    """
    fitted = (gain * means + rest).clamp_min(1e-12)
    low, middle, high = fitted[[2, _BINS // 2, -3]].tolist()
    end = float(variances[-3]) / max(float(variances[_BINS // 2]) * math.sqrt(high / middle), 1e-12)
    far = ((variances - fitted) / fitted).abs().quantile(0.8)
    return high / max(low, float(variances[2])), end, float(far)


def _level_agrees(light: Light, y: Tensor, sigma: float, factor: float) -> bool:
    return sigma / factor <= light.over(y) <= sigma * factor


def _steps_agree(light: Light, y: Tensor) -> bool:
    """Whether the values are counts, each worth the gain."""
    step = step_of(y[None], least=light.gain / _AGREED)
    return step > _COUNTS and step / _AGREED <= light.gain <= step * _AGREED


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
