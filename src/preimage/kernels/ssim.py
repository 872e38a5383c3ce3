"""Structural similarity with a separable window."""

import torch
from torch import Tensor

from preimage.kernels.sliding.window_means import window_means
from preimage.kernels.ssim_loops import ssim_of_planes
from preimage.machine.compiler import can_compile

__all__ = ["ssim"]


def ssim(a: Tensor, b: Tensor, weights: list[float], c1: float, c2: float) -> Tensor:
    """The similarity of ``a`` and ``b``, and its part without the means, each averaged over windows inside the image.

    Args:
        a: (B, C, H, W) or (B, C, D, H, W).
        b: alike.
        weights: the window along each axis; they sum to one.
        c1: added to the squared means.
        c2: added to the variances.

    Returns:
        (B, C, 2): for each channel the similarity, then the similarity of contrast and structure alone.
    """
    if a.ndim == 4 and a.numel() and can_compile(a, b):
        return ssim_of_planes(a, b, weights, c1, c2)
    if not len(a):
        return torch.stack([(a * b).flatten(2).mean(2)] * 2, -1)
    # One image at a time: the maps of a single one are much smaller than those of all, and more often in the cache.
    return torch.cat([_scores(x, y, weights, c1, c2) for x, y in zip(a.split(1), b.split(1), strict=True)])


def _scores(a: Tensor, b: Tensor, weights: list[float], c1: float, c2: float) -> Tensor:
    mean_a, mean_b, aa, bb, ab = (window_means(product, weights) for product in (a, b, a * a, b * b, a * b))
    luminance = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    contrast = (2 * (ab - mean_a * mean_b) + c2) / (aa - mean_a**2 + bb - mean_b**2 + c2)
    return torch.stack([(luminance * contrast).flatten(2).mean(2), contrast.flatten(2).mean(2)], -1)
