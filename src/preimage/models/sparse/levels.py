"""Thresholds that depend on how degraded an image is."""

import torch
from torch import Tensor

__all__ = ["interpolate_levels", "jpeg_level"]


def jpeg_level(quality: float) -> float:
    """How strong the artefacts of a JPEG quality in 1..100 are, in [0, 1): ``1 - quality / 100``."""
    return 1 - quality / 100


def interpolate_levels(values: Tensor, levels: Tensor, level: Tensor) -> Tensor:
    """``values`` (L, ...), one set for each of the rising ``levels`` (L,), linearly between them at ``level`` (B,).

    Below the first level and above the last the set there is taken in proportion to the level, so that nothing is
    shrunk where there is no degradation. A single level of zero says that the set does not depend on it.

    Returns:
        (B, ...).
    """
    ones = (1,) * (values.ndim - 1)
    if len(levels) == 1:
        scale = level / levels if float(levels[0]) > 0 else torch.ones_like(level)
        return scale.reshape(-1, *ones) * values
    inside = torch.minimum(torch.maximum(level, levels[0]), levels[-1])
    above = torch.searchsorted(levels, inside).clamp(1, len(levels) - 1)
    low, high = levels[above - 1], levels[above]
    share = ((inside - low) / (high - low)).reshape(-1, *ones)
    return (level / inside).reshape(-1, *ones) * torch.lerp(values[above - 1], values[above], share)
