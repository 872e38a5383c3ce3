"""The line of variance through brightness, from one photograph."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError

__all__ = ["PhotographLine", "line_of_photograph"]

_BLOCK = 12  # pixels along the side of a place
_BINS = 12  # of brightness
_LEAST = 8  # places in a bin
_QUANTILE, _NORMAL = 0.35, -0.38532  # of the variances in a bin, and of the normal law
_DRAWS = 40  # of the bootstrap
_SHARES = (0.5, 0.25)  # of the places, the smoothest


@dataclass(frozen=True)
class PhotographLine:
    """``variance = gain y + offset`` with standard errors.

    Attributes:
        gain, gain_error: the slope, in units of the values.
        offset, offset_error: the variance without light.
    """

    gain: float
    gain_error: float
    offset: float
    offset_error: float


def line_of_photograph(y: Tensor, white: float = math.inf) -> PhotographLine:
    """Slope and offset of the variance of ``y`` on its brightness, as ``calibrate`` explains.

    The variance of a place is that of mixed second differences, to which planes are nothing. Smooth is a place whose
    mean brightness changes little within it: that is nearly independent of second differences, so that choosing does
    not make the noise smaller. In each of twelve bins of brightness a low quantile of the variances counts, corrected
    by that of the chi-squared law, since texture only adds.

    Args:
        y: (H, W) or (C, H, W), proportional to light.
        white: places where a value reaches it are left out.

    Raises:
        ArgumentError: there are fewer than 96 places that tell.
        ShapeError: the photograph has another shape.
    """
    if y.ndim not in (2, 3) or not y.is_floating_point():
        raise ShapeError(f"`frames` must be real, (H, W) or (C, H, W), got {y.dtype} {tuple(y.shape)}; convert it.")
    brightness, variance, change = _places(y.double(), white)
    if len(brightness) < _BINS * _LEAST / min(_SHARES):
        raise ArgumentError(
            f"`frames` must have {round(_BINS * _LEAST / min(_SHARES))} places of {_BLOCK}x{_BLOCK} pixels, got "
            f"{len(brightness)}; give a larger photograph, or flat and dark frames."
        )
    order = change.argsort()
    lines = []
    for share in _SHARES:
        some = order[: int(share * len(order))]
        lines.append(_line(brightness[some], variance[some]))
    some = order[: int(_SHARES[0] * len(order))]
    rng = torch.Generator().manual_seed(0)
    draws = torch.stack([_line(brightness[k], variance[k]) for k in _resamples(some, rng)])
    # What changes with the choice of the places is not noise: it counts as an error of its own.
    error = (draws.var(0) + (lines[0] - lines[1]).square()).sqrt()
    return PhotographLine(float(lines[1][0]), float(error[0]), float(lines[1][1]), float(error[1]))


def _resamples(places: Tensor, rng: torch.Generator) -> list[Tensor]:
    return [places[torch.randint(len(places), places.shape, generator=rng)] for _ in range(_DRAWS)]


def _places(y: Tensor, white: float) -> tuple[Tensor, Tensor, Tensor]:
    """Brightness, variance of second differences, and change of brightness of each place."""
    planes = y.reshape(-1, 1, *y.shape[-2:])
    height, width = (n // _BLOCK * _BLOCK for n in planes.shape[-2:])
    blocks = planes[..., :height, :width].unfold(-2, _BLOCK, _BLOCK).unfold(-2, _BLOCK, _BLOCK)
    blocks = blocks.reshape(-1, 1, _BLOCK, _BLOCK)
    ends = blocks.flatten(1).aminmax(dim=1)
    seen = (ends.max < white) & (ends.max > ends.min) & (ends.min > y.min()) & (ends.max < y.max())
    blocks = blocks[seen]
    second = torch.tensor([1.0, -2.0, 1.0], dtype=y.dtype)
    detail = F.conv2d(blocks, (second[:, None] * second / 6)[None, None])
    brightness = blocks.mean((1, 2, 3))
    quarters = F.avg_pool2d(blocks, _BLOCK // 3).flatten(1)
    # In units of the noise that goes with brightness, or dark places would be chosen alone.
    least = 1e-3 * float(brightness.abs().max()) if len(brightness) else 1.0
    change = quarters.std(1) / brightness.clamp_min(least).sqrt()
    return brightness, detail.square().mean((1, 2, 3)), change


def _line(brightness: Tensor, variance: Tensor) -> Tensor:
    """Slope and offset, neither below zero, through low quantiles of the variance in bins of brightness."""
    order = brightness.argsort()
    bins = order[: len(order) // _BINS * _BINS].reshape(_BINS, -1)
    x = brightness[bins].mean(1)
    v = variance[bins].quantile(_QUANTILE, dim=1) / _chi_squared_quantile()
    weights = 1 / v.clamp_min(1e-12 * float(v.max()) + 1e-300)
    line = x.new_zeros(2)
    for _ in range(8):
        line = _non_negative(x, v, weights)
        fitted = (line[0] * x + line[1]).clamp_min(1e-300)
        # What lies above the line is texture.
        weights = 1 / (fitted * (1 + ((v - fitted) / (0.15 * fitted)).clamp_min(0)))
    return line


def _non_negative(x: Tensor, v: Tensor, weights: Tensor) -> Tensor:
    design = torch.stack([x, torch.ones_like(x)], 1) * weights[:, None]
    line = torch.linalg.lstsq(design, (v * weights)[:, None]).solution[:, 0]
    if float(line.min()) >= 0:
        return line
    only = 1 if float(line[0]) < 0 else 0
    column = design[:, only]
    best = torch.zeros_like(line)
    best[only] = (column @ (v * weights) / (column @ column)).clamp_min(0)
    return best


def _chi_squared_quantile() -> float:
    """The quantile of the variance of a place of white noise of variance one; Wilson and Hilferty's, 1931.

    The mean of squares of the correlated differences has as many degrees of freedom as its variance says.
    """
    side = _BLOCK - 2
    correlation = torch.zeros(side)
    correlation[:3] = torch.tensor([1.0, -2 / 3, 1 / 6])
    lag = (torch.arange(side)[:, None] - torch.arange(side)).abs()
    freedom = side**4 / float(correlation[lag].square().sum()) ** 2
    return (1 - 2 / (9 * freedom) + _NORMAL * math.sqrt(2 / (9 * freedom))) ** 3
