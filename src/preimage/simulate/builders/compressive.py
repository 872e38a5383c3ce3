"""Fewer measurements than pixels."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.physics import CodedDiffraction, SinglePixelCamera, StructuredRandom
from preimage.simulate.builders.fitted import Fitted

__all__ = ["build_coded_diffraction", "build_single_pixel", "build_structured_random"]


def build_structured_random(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """Random projections of the whole picture."""
    shape = tuple(x.shape[1:])
    return Fitted(StructuredRandom.random(_count(given["measurements"], math.prod(shape)), shape, rng=rng), x)


def build_single_pixel(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """Patterns that every channel is seen by."""
    height, width = x.shape[-2:]
    return Fitted(SinglePixelCamera((height, width), _count(given["measurements"], height * width)), x)


def build_coded_diffraction(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """Random masks, one after the other."""
    if given["masks"] < 1:
        raise ArgumentError(f"`masks` must be at least 1, got {given['masks']}; four are usual.")
    height, width = x.shape[-2:]
    return Fitted(CodedDiffraction.random(given["masks"], (height, width), rng), x)


def _count(measurements: float, pixels: int) -> int:
    """A share of the pixels, or their number."""
    count = round(measurements * pixels) if measurements <= 1 else round(measurements)
    if not 1 <= count <= pixels:
        raise ArgumentError(
            f"`measurements` must be a share up to 1 or a number up to {pixels}, got {measurements:g}; take fewer."
        )
    return count
