"""Pictures as what waves pass."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.physics import (
    FresnelPropagation,
    InlineHolography,
    Ptychography,
    PtychographyLinearOperator,
    build_probe,
    generate_shifts,
)
from preimage.simulate.builders.fitted import Fitted

__all__ = ["build_holography", "build_ptychography"]


def build_holography(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """The picture is what a plane wave keeps of its amplitude; lengths are in pixels."""
    return Fitted(InlineHolography(FresnelPropagation(given["distance"], given["wavelength"], 1.0)), x)


def build_ptychography(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """A round light of an eighth of the shorter side in radius steps over the picture, with the given overlap."""
    height, width = x.shape[-2:]
    if not 0 <= given["overlap"] < 1:
        raise ArgumentError(f"`overlap` must be in [0, 1), got {given['overlap']:g}; 0.6 is usual.")
    radius = max(1.0, min(height, width) / 8)
    window = min(height, width, round(3 * radius))
    shifts = generate_shifts((height, width), window, max(1.0, (1 - given["overlap"]) * 2 * radius))
    probe = build_probe(window, radius, defocus=4.0)
    return Fitted(Ptychography(PtychographyLinearOperator(probe, shifts.round().long(), (height, width))), x)
