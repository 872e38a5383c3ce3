"""Structural similarity with a separable window."""

import torch
from torch import Tensor

from preimage.kernels.ssim_loops import ssim_of_planes
from preimage.machine.compiler import can_compile

__all__ = ["ssim"]


def ssim(a: Tensor, b: Tensor, weights: list[float], c1: float, c2: float) -> Tensor:
    """The mean over channels and windows inside the image, (B,), of the similarity of ``a`` and ``b``.

    Args:
        a: (B, C, H, W) or (B, C, D, H, W).
        b: alike.
        weights: the window along each axis; they sum to one.
        c1: added to the squared means.
        c2: added to the variances.
    """
    if a.ndim == 4 and a.numel() and a.dtype == b.dtype and can_compile(a) and can_compile(b):
        return ssim_of_planes(a, b, weights, c1, c2)
    if not len(a):
        return (a * b).flatten(1).mean(1)
    # One image at a time: the maps of a single one are much smaller than those of all, and more often in the cache.
    return torch.cat([_score(x, y, weights, c1, c2) for x, y in zip(a.split(1), b.split(1), strict=True)])


def _score(a: Tensor, b: Tensor, weights: list[float], c1: float, c2: float) -> Tensor:
    mean_a, mean_b, aa, bb, ab = (_mean(product, weights) for product in (a, b, a * a, b * b, a * b))
    luminance = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    contrast = (2 * (ab - mean_a * mean_b) + c2) / (aa - mean_a**2 + bb - mean_b**2 + c2)
    return (luminance * contrast).flatten(1).mean(1)


def _mean(x: Tensor, weights: list[float]) -> Tensor:
    """Weighted local means along each axis but the first two, without padding."""
    for axis in range(2, x.ndim):
        size = x.shape[axis] - len(weights) + 1
        total = weights[0] * x.narrow(axis, 0, size)
        for offset, weight in enumerate(weights[1:], 1):
            total = torch.add(total, x.narrow(axis, offset, size), alpha=weight)
        x = total
    return x
