"""Mosaics as cameras make them: colours of unequal strength, and samples that do not work."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.physics import Demosaicing

__all__ = ["balance", "balanced_sigma", "without_defects"]

# Colours are balanced where their contrasts differ by more than this factor, which they do not in balanced pictures.
_UNEQUAL = 1.35
# In photographs, details of two colours have a correlation of 0.24 to 0.9 from cell to cell.
_ALIKE = 0.15
# A sample stands out from its neighbours by this much of the picture's range at least,
_LEAST = 0.03
# ... by this many standard deviations of the noise
_NOISE = 8.0
# ... and by this part of the range of these.
_RANGE = 0.7
# What the samples around a defect may rise with it, as a part of its height: a point of light rises by far more.
_SHARE = 0.1
# Where more samples than this part stand out, they are a pattern.
_MOST = 0.01
_AROUND = [(-2, -2), (-2, 0), (-2, 2), (0, -2), (0, 2), (2, -2), (2, 0), (2, 2)]
_NEXT = [(-1, 0), (1, 0), (0, -1), (0, 1)]
_DIAGONAL = [(-1, -1), (-1, 1), (1, -1), (1, 1)]
_APART = [(-2, 0), (2, 0), (0, -2), (0, 2)]


def balance(mosaic: Tensor, pattern: str, sigma: float) -> Tensor:
    """Factors (1, 3, 1, 1) that give all colours of ``mosaic`` (1, 1, H, W) the same contrast; ones if they have it.

    Details of a scene are nearly grey: differences of neighbouring samples of one colour have the same root mean square
    in red, green and blue, to a factor of 1.3 in most photographs. Their means and their largest values do not, where
    one colour dominates. A gain that is missing makes both smaller, so that balancing must make the means more equal,
    too. The variance of the noise is taken off, and clipped samples are left out. The largest sample of the balanced
    mosaic is that of the given one.

    Args:
        sigma: standard deviation of the noise.
    """
    masks = Demosaicing(pattern).mask(mosaic)
    whole = mosaic < mosaic.amax() if mosaic.amax() > mosaic.amin() else torch.ones_like(mosaic) > 0
    powers = torch.stack([_contrast(mosaic, whole & (mask > 0)) for mask in masks[0]]) - 2 * sigma**2
    ones = mosaic.new_ones(1, 3, 1, 1)
    if not bool((powers > max(2 * sigma**2, 1e-10)).all()) or _likeness(mosaic, pattern) < _ALIKE:
        return ones  # too little contrast to compare, or not that of the same things
    factors = powers.rsqrt()
    means = torch.stack([mosaic[0, 0][mask > 0].mean() for mask in masks[0]]).clamp_min(1e-6)
    if float(factors.amax() / factors.amin()) < _UNEQUAL or _spread(factors * means) >= _spread(means):
        return ones
    factors = factors.reshape(1, 3, 1, 1)
    return factors * (mosaic.amax() / (factors * masks * mosaic).amax())


def _spread(values: Tensor) -> float:
    """How unequal positive ``values`` are: the logarithm of the ratio of the largest and the least."""
    return float(values.log().amax() - values.log().amin())


def _likeness(mosaic: Tensor, pattern: str) -> float:
    """The smaller of the correlations of green with red and with blue, in differences from cell to cell."""
    height, width = (size - size % 2 for size in mosaic.shape[-2:])
    cells = {
        colour: mosaic[0, 0, index // 2 : height : 2, index % 2 : width : 2] for index, colour in enumerate(pattern)
    }
    steps = torch.stack([torch.cat([cells[c].diff(dim=d).flatten() for d in (0, 1)]) for c in "GRB"])
    return float(torch.corrcoef(steps)[0, 1:].amin()) if steps.shape[1] > 1 else 0.0


def _contrast(mosaic: Tensor, used: Tensor) -> Tensor:
    """The mean squared difference of samples two apart, between those ``used``."""
    total, count = mosaic.new_zeros(()), 0
    for axis in (-2, -1):
        length = mosaic.shape[axis] - 2
        if length > 0:
            first, second = (mosaic.narrow(axis, start, length) for start in (0, 2))
            both = used.narrow(axis, 0, length) & used.narrow(axis, 2, length)
            total = total + (first - second)[both].square().sum()
            count += int(both.sum())
    return total / max(count, 1)


def without_defects(mosaic: Tensor) -> tuple[Tensor, int]:
    """``mosaic`` (1, H, W) with samples that are stuck replaced by the median around them, and their number.

    A stuck sample is brighter (or darker) than all eight neighbours of its colour by more than their differences
    and noise explain, and nothing rises with it: a star or a glint reaches the samples next to it. More than 1 %
    of such samples are taken for a pattern, and stay.
    """
    if min(mosaic.shape[-2:]) < 6:
        return mosaic, 0
    around = _shifts(mosaic, _AROUND)
    middle = around.median(0).values
    rise = mosaic - middle
    sigma = float(rise.abs().median()) / 0.6745
    spread = around.amax(0) - around.amin(0)
    others = torch.stack([_shifts(rise, offsets).mean(0) for offsets in (_NEXT, _DIAGONAL, _APART)])
    defects = torch.zeros_like(mosaic, dtype=torch.bool)
    for sign in (1, -1):
        height = (sign * (mosaic - around)).amin(0)
        lone = (sign * others).amax(0) < _SHARE * height + sigma
        defects |= lone & (height > _RANGE * spread + _NOISE * sigma + _LEAST)
    count = int(defects.sum())
    return (mosaic, 0) if count > _MOST * mosaic.numel() else (torch.where(defects, middle, mosaic), count)


def _shifts(x: Tensor, offsets: list[tuple[int, int]]) -> Tensor:
    """``x`` (1, H, W) moved by every offset; mirrored about its outer samples, which keeps the colours in place."""
    height, width = x.shape[-2:]
    wide = F.pad(x[None], (2, 2, 2, 2), mode="reflect")[0]
    moved = [wide[:, 2 + row : 2 + row + height, 2 + column : 2 + column + width] for row, column in offsets]
    return torch.stack(moved)


def balanced_sigma(sigma: float, factors: Tensor) -> float:
    """The root mean square of the noise of a mosaic after balancing; every second sample is green."""
    red, green, blue = factors.flatten().tolist()
    return sigma * math.sqrt((red**2 + 2 * green**2 + blue**2) / 4)
