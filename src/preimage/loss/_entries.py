"""Measurements entry by entry: which count, how noisy each is, and how far a prediction is from them."""

from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import Tensor

from preimage._seen import keep_seen, sum_seen
from preimage._shapes import per_image
from preimage._tree import Measurement, squared_modulus, subtract, tree_map
from preimage.errors import CapabilityError
from preimage.physics import Physics
from preimage.physics.noise import Noise, StackedNoise

__all__ = ["entry_count", "gaussian_levels", "noise_by_tensor", "real_dimensions", "squared_gaps"]

T = TypeVar("T")


def noise_by_tensor(noise: Noise, y: Measurement, function: Callable[[Noise], T]) -> Any:
    """``function`` of the noise of each tensor of ``y``, as a tree like ``y``."""
    if isinstance(noise, StackedNoise):
        return tuple(noise_by_tensor(part, leaf, function) for part, leaf in zip(noise.noises, y, strict=True))
    return tree_map(lambda _: function(noise), y)


def gaussian_levels(sigma: float | Tensor | None, physics: Physics, y: Measurement) -> Measurement:
    """The standard deviation of each real number of ``y``, broadcastable to it; ``None`` asks ``physics.noise``.

    Raises:
        CapabilityError: the noise of the physics is not white and Gaussian.
    """

    def known(noise: Noise) -> float | Tensor:
        level = noise.gaussian_sigma
        if level is None:
            raise CapabilityError(
                f"`physics.noise` must be white Gaussian noise, got {type(noise).__name__}; give `sigma`, or take a "
                "loss for this noise."
            )
        return level

    if sigma is not None:
        return tree_map(lambda leaf: per_image(sigma, leaf.real), y)
    return tree_map(lambda level, leaf: per_image(level, leaf.real), noise_by_tensor(physics.noise, y, known), y)


def real_dimensions(y: Tensor) -> int:
    """How many real numbers an entry of ``y`` is: two where it is complex."""
    return 2 if y.is_complex() else 1


def entry_count(y: Measurement, seen: Measurement) -> Tensor:
    """How many entries were measured, (B,), at least one; a complex one counts once, as in a mean squared error."""
    ones = tree_map(lambda leaf: torch.ones((), dtype=leaf.real.dtype, device=leaf.device).expand(leaf.shape), y)
    return sum_seen(ones, seen).clamp_min(1)


def squared_gaps(h: Measurement, y: Measurement, seen: Measurement) -> Measurement:
    """``|h - y|^2`` of each entry; zero, with a gradient of zero, where nothing was measured."""
    return tree_map(squared_modulus, subtract(keep_seen(h, seen), keep_seen(y, seen)))
