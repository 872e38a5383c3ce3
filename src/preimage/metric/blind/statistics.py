"""Statistics of natural scenes: locally normalised brightness, and the distributions of it and of its neighbours."""

import math
from functools import cache

import torch
from torch import Tensor
from torch.nn.functional import pad

from preimage.kernels.sliding.window_means import gaussian_weights, window_means

__all__ = ["FEATURES", "asymmetric_gaussian", "normalize_locally", "scene_features"]

FEATURES = 18

# Shapes from 0.2 to 10, by thousandths, as published.
_LEAST, _STEP, _COUNT = 0.2, 0.001, 9801


def normalize_locally(x: Tensor) -> tuple[Tensor, Tensor]:
    """``(x - m) / (s + 1)`` and ``s``: local means and standard deviations in a Gaussian window, like ``x``.

    Args:
        x: brightness (B, 1, H, W) with values up to 255. The window has 7 pixels and a standard deviation of 7/6;
        beyond
            the border the outer pixels are repeated.
    """
    weights = gaussian_weights(7, 7 / 6)
    wide = pad(x, (3, 3, 3, 3), "replicate")
    mean = window_means(wide, weights)
    spread = (window_means(wide.square(), weights) - mean.square()).abs().sqrt()
    return (x - mean) / (spread + 1), spread


def scene_features(patches: Tensor) -> Tensor:
    """The 18 features of locally normalised patches, (P, 18).

    The shape of the distribution of the values and the mean of its two scales; then, for the products with the
    neighbours to the right, below, and along both diagonals, the shape, the mean and the two scales.

    Args:
        patches: (P, h, w); the neighbours of the last row and column are the first.
    """
    shape, _, left, right = asymmetric_gaussian(patches.flatten(1))
    features = [shape, (left + right) / 2]
    for shift in ((0, 1), (1, 0), (1, 1), (1, -1)):
        features += asymmetric_gaussian((patches * patches.roll(shift, (1, 2))).flatten(1))
    return torch.stack(features, 1)


def asymmetric_gaussian(values: Tensor) -> list[Tensor]:
    """Shape ``a``, mean, left scale and right scale of the generalised Gaussian ``exp(-(|v| / scale)^a)`` by moments.

    Args:
        values: (P, n).
    """
    tiny = torch.finfo(values.dtype).tiny
    is_left = values < 0
    square, left_count = values.square(), is_left.sum(1)
    left_sum, total = (square * is_left).sum(1), square.sum(1)
    left = (left_sum / left_count.clamp_min(1)).sqrt()
    right = ((total - left_sum).clamp_min(0) / (values.shape[1] - left_count).clamp_min(1)).sqrt()
    ratio = left / right.clamp_min(tiny)
    flatness = values.abs().mean(1).square() / (total / values.shape[1]).clamp_min(tiny)
    moment = flatness * (ratio**3 + 1) * (ratio + 1) / (ratio**2 + 1).square()
    shape = _shape_of(moment)
    one, two, three = (torch.lgamma(k / shape) for k in (1, 2, 3))
    width = (0.5 * (one - three)).exp()
    return [shape, (right - left) * width * (two - one).exp(), left * width, right * width]


def _shape_of(moment: Tensor) -> Tensor:
    """The shape on the published grid whose ``G(2/a)^2 / (G(1/a) G(3/a))`` is nearest; it rises with the shape."""
    grid, moments = (torch.tensor(each, dtype=moment.dtype, device=moment.device) for each in _grid())
    above = torch.searchsorted(moments, moment.contiguous()).clamp(1, len(grid) - 1)
    is_lower = moment - moments[above - 1] <= moments[above] - moment
    return torch.where(is_lower, grid[above - 1], grid[above])


@cache
def _grid() -> tuple[list[float], list[float]]:
    shapes = [_LEAST + _STEP * k for k in range(_COUNT)]
    moments = [math.exp(2 * math.lgamma(2 / a) - math.lgamma(1 / a) - math.lgamma(3 / a)) for a in shapes]
    return shapes, moments
