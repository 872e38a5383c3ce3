"""Signs of a blur that are seen at once: edges that are not steep, between parts that are calm."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.blind.kernel.crop import seen_in

__all__ = ["BLURRED", "CALM", "calm_share", "steepness"]

BLURRED = 0.5
"""Pictures with steeper edges are sharp.

The 384x384 pixels with most edges of the photographs of Kodak24, BSD68, Set14, Set12 and Set5 have at least 0.72, 0.50,
0.56, 0.54 and 0.51; of Kodak24 with a Gaussian blur of 1.2 pixels 0.37 to 0.47, of 2.5 pixels 0.30 to 0.32, with two
kernels of Levin et al. 0.40 to 0.65, all with noise of 2/255."""

CALM = 0.2
"""Pictures with a smaller share of calm parts are waves and textures, which tell nothing of a blur.

Blurred photographs of Kodak24, every second one, four kernels, noise of 2/255, have 0.55 to 0.85 in windows of 9 pixels
and 0.33 to 0.78 in windows of 21; waves and rings 0.09 and 0.01 at most."""

_DIRECTIONS = ((0, 1), (1, 0), (1, 1), (1, -1))
_BEFORE, _AFTER = 2, 3  # pixels over which an edge is measured, beside the step in its middle
_EDGE, _STEEP = 0.98, 0.95  # of all differences: half of this quantile is an edge; of the edges: the steep ones
_STRONG, _WEAK = 0.95, 0.5  # this quantile of the ranges is that of edges, and the part of it that is calm
_CONTRAST, _LEAST = 0.08, 50  # an edge has this contrast at least; fewer edges tell nothing


def steepness(y: Tensor) -> float:
    r"""The share of an edge's height that its steepest edges climb in one pixel, 1 where nothing is blurred.

    In each of four directions, ``|y(p + d) - y(p)| / |y(p + 3 d) - y(p - 2 d)|`` at the pixels where the latter is
    large, of which the 0.95 quantile is taken; the least over the directions, for motion blurs edges across it alone.
    A step that was blurred by a Gaussian of standard deviation ``s`` pixels has ``erf(a) / erf(5 a)``,
    ``a = 1 / (2 sqrt(2) s)``. Directions without edges tell nothing; 1 where none tells. Noise makes edges steeper.

    Args:
        y: brightness (H, W), in [0, 1].
    """
    seen = seen_in(y) > 0
    found = [_in_direction(y, seen, *direction) for direction in _DIRECTIONS]
    return min([share for share in found if not math.isnan(share)], default=1.0)


def calm_share(y: Tensor, side: int) -> float:
    """The share of the windows of ``side`` pixels in which ``y`` varies by less than half of what it does at edges.

    A wave may be a blurred square wave, and then again it may be a wave. A step that was blurred has calm parts on both
    sides, which are longer than the kernel is.

    Args:
        y: brightness (H, W).
        side: pixels, odd.
    """
    if min(y.shape) < side:
        return 0.0
    whole = y[None, None]
    ranges = (F.max_pool2d(whole, side, 1) + F.max_pool2d(-whole, side, 1)).flatten()
    return float((ranges < _WEAK * _quantile(ranges, _STRONG)).float().mean())


def _in_direction(y: Tensor, seen: Tensor, down: int, right: int) -> float:
    """The 0.95 quantile in a direction, NaN where there are too few edges."""
    reach = _AFTER
    height, width = y.shape[0] - 2 * reach, y.shape[1] - 2 * reach
    if min(height, width) < 1:
        return math.nan

    def at(image: Tensor, steps: int) -> Tensor:
        top, left = reach + steps * down, reach + steps * right
        return image[top : top + height, left : left + width]

    whole = (at(y, _AFTER) - at(y, -_BEFORE)).abs()
    believed = at(seen, _AFTER) & at(seen, -_BEFORE) & at(seen, 0) & at(seen, 1)
    least = max(_CONTRAST, 0.5 * _quantile(whole.flatten(), _EDGE))
    is_edge = (whole > least) & believed
    shares = ((at(y, 1) - at(y, 0)).abs() / whole)[is_edge]
    return _quantile(shares, _STEEP) if len(shares) >= _LEAST else math.nan


def _quantile(values: Tensor, share: float) -> float:
    """Of any number of values, where :func:`torch.quantile` takes sixteen million at most."""
    return float(torch.kthvalue(values, max(1, int(share * len(values)))).values)
