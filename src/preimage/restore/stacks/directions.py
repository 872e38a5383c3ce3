"""Volumes denoised along all three of their directions, mixed by an unbiased estimate of their errors."""

from collections.abc import Callable
from itertools import combinations

import torch
from torch import Tensor

__all__ = ["best_mixture", "denoise_directions"]

_EVERY = 4  # of the slices of a direction, one is looked at twice
_STEP = 0.1  # of the noise, between the two looks
_NORMALS = (0, 2, 3)  # axes of (D, C, H, W) along which slices follow each other


def denoise_directions(pixels: Tensor, denoise: Callable[[Tensor], Tensor], variance: Tensor) -> Tensor:
    """A volume denoised slice by slice in each of its three directions, and the best mixture of the three.

    The errors of the three differ, because each sees other neighbours: a mixture is better than the best of them. How
    much of each is taken, once for the volume, follows from Stein's unbiased estimate of the covariances of their
    errors, ``(d_i - y) . (d_j - y) - n v + v (div d_i + div d_j)``: where neighbours along an axis tell nothing, as in
    a film of fast motion, directions across it get no weight.

    Args:
        pixels: (D, C, H, W), the slices in front of each other; D may be time.
        denoise: restores pictures (1, C, h, w).
        variance: that of the noise, of the shape of ``pixels``.

    Returns:
        (D, C, H, W).

    Source: Stein 1981; divergences by one random direction: Ramani, Blu & Unser 2008.
    """
    directions = [axis for axis in _NORMALS if min(_slice_shape(pixels, axis)) > 1]
    found = [_along(pixels, axis, denoise) for axis in directions]
    if len(found) == 1:
        return found[0]
    slopes = [_slope(pixels, each, axis, denoise, variance) for axis, each in zip(directions, found, strict=True)]
    changes = torch.stack([(each - pixels).double().flatten() for each in found])
    sums = torch.tensor(slopes, dtype=torch.float64)
    errors = changes @ changes.T / changes.shape[1] - float(variance.double().mean()) + sums[:, None] + sums[None]
    shares = best_mixture(errors)
    return pixels + sum(float(share) * (each - pixels) for share, each in zip(shares, found, strict=True))


def best_mixture(errors: Tensor) -> Tensor:
    """The shares ``w >= 0`` of sum one with the least ``w^T E w`` for a symmetric ``errors`` (n, n), n small."""
    count, best = len(errors), None
    for size in range(1, count + 1):
        for some in combinations(range(count), size):
            part = errors[list(some)][:, list(some)]
            shares = torch.linalg.lstsq(part, torch.ones(size, 1, dtype=part.dtype)).solution[:, 0]
            total = float(shares.sum())
            if not total > 0 or bool((shares < 0).any()):
                continue
            shares = shares / total
            value = float(shares @ part @ shares)
            if best is None or value < best[0]:
                whole = torch.zeros(count, dtype=errors.dtype)
                whole[list(some)] = shares
                best = value, whole
    return torch.full((count,), 1 / count, dtype=errors.dtype) if best is None else best[1]


def _slice_shape(pixels: Tensor, axis: int) -> tuple[int, ...]:
    return tuple(size for at, size in enumerate(pixels.shape) if at not in (1, axis))


def _along(pixels: Tensor, axis: int, denoise: Callable[[Tensor], Tensor]) -> Tensor:
    slices = pixels.movedim(axis, 0)
    restored = [denoise(_picture(one, axis)) for one in slices]
    return torch.stack([_back(one, axis) for one in restored]).movedim(0, axis)


def _slope(pixels: Tensor, found: Tensor, axis: int, denoise: Callable[[Tensor], Tensor], variance: Tensor) -> float:
    """The mean of the variance times the derivative of each pixel to itself, from some slices."""
    generator, total, count = torch.Generator().manual_seed(axis), 0.0, 0
    slices, results, noise = (each.movedim(axis, 0) for each in (pixels, found, variance))
    step = _STEP * float(variance.mean().sqrt()) + 1e-6
    for at in range(len(slices) // 2 % _EVERY, len(slices), _EVERY):
        signs = torch.randint(2, slices[at].shape, generator=generator).to(pixels) * 2 - 1
        moved = _back(denoise(_picture(slices[at] + step * signs, axis)), axis)
        total += float((signs * noise[at] * (moved - results[at])).double().sum()) / step
        count += signs.numel()
    return total / count


def _picture(one: Tensor, axis: int) -> Tensor:
    """A slice as (1, C, h, w): those along D are so already, of others the first axis is D and the second C."""
    return (one if axis == 0 else one.movedim(1, 0))[None].contiguous()


def _back(picture: Tensor, axis: int) -> Tensor:
    return picture[0] if axis == 0 else picture[0].movedim(0, 1)
