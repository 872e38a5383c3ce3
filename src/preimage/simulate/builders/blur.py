"""Blur and decimation."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.physics import Blur, Downsampling, DownsamplingMatlab
from preimage.restore import read_kernel
from preimage.simulate.builders.fitted import Fitted

__all__ = ["build_blur", "build_downsampling", "build_resize"]


def build_blur(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """The convolution with the kernel."""
    return Fitted(Blur(read_kernel(given["kernel"]), given["padding"]), x)


def build_downsampling(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """The convolution, of which every so manieth sample is kept."""
    factor = _factor(given, x)
    return Fitted(Downsampling(read_kernel(given["kernel"]), factor, given["padding"]), _cut(x, factor))


def build_resize(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """Resizing with the conventions of MATLAB."""
    factor = _factor(given, x)
    return Fitted(DownsamplingMatlab(factor, given["interpolation"]), _cut(x, factor))


def _factor(given: Mapping[str, Any], x: Tensor) -> int:
    factor, most = given["factor"], min(x.shape[-2:])
    if not 1 <= factor <= most:
        raise ArgumentError(f"`factor` must be from 1 to {most}, the shorter side, got {factor}; give a smaller one.")
    return factor


def _cut(x: Tensor, factor: int) -> Tensor:
    """The upper left part whose sides are multiples of ``factor``."""
    return x[..., : x.shape[-2] // factor * factor, : x.shape[-1] // factor * factor]
