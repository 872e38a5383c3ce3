"""Blur and decimation."""

import re
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.physics import Blur, Downsampling, DownsamplingMatlab, LenslessCamera, SpaceVaryingBlur
from preimage.restore import read_kernel
from preimage.simulate.builders.fitted import Fitted

__all__ = ["build_blur", "build_downsampling", "build_lensless", "build_resize", "build_space_varying_blur"]


def build_blur(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """The convolution with the kernel."""
    return Fitted(Blur(read_kernel(given["kernel"]), given["padding"]), x)


def build_space_varying_blur(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """A point in the middle and the kernel in the corners, a mixture of both between: what a simple lens does."""
    kernel = read_kernel(given["kernel"])
    sharp = torch.zeros_like(kernel)
    sharp[kernel.shape[0] // 2, kernel.shape[1] // 2] = 1
    height, width = x.shape[-2:]
    row, column = (torch.linspace(-1, 1, size) if size > 1 else torch.zeros(1) for size in (height, width))
    share = ((row[:, None].square() + column.square()) / 2).reshape(1, 1, 1, height, width)
    filters = torch.stack([sharp, kernel])[None, :, None]
    return Fitted(SpaceVaryingBlur(filters, torch.cat([1 - share, share], 1), given["padding"]), x)


def build_downsampling(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """The convolution, of which every so manieth sample is kept."""
    factor = _factor(given, x)
    return Fitted(Downsampling(read_kernel(given["kernel"]), factor, given["padding"]), _cut(x, factor))


def build_resize(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """Resizing with the conventions of MATLAB."""
    factor = _factor(given, x)
    return Fitted(DownsamplingMatlab(factor, given["interpolation"]), _cut(x, factor))


def build_lensless(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """A pattern that sums to one, on a sensor of the size of the picture."""
    height, width = x.shape[-2:]
    spec = given["psf"]
    if not spec.startswith("random:"):
        return Fitted(LenslessCamera(read_kernel(spec), (height, width), (height, width)), x)
    found = re.fullmatch(r"random:(\d*\.?\d+)", spec)
    share = float(found[1]) if found else 0.0
    if not 0 < share <= 1:
        raise ArgumentError(f"`psf` must be random:SHARE with a share in (0, 1], got {spec!r}; write random:0.02.")
    side = max(1, min(height, width) // 2)
    points = torch.rand(side, side, generator=rng)
    pattern = (points <= points.flatten().kthvalue(max(1, round(share * side**2))).values).float()
    return Fitted(LenslessCamera(pattern / pattern.sum(), (height, width), (height, width)), x)


def _factor(given: Mapping[str, Any], x: Tensor) -> int:
    factor, most = given["factor"], min(x.shape[-2:])
    if not 1 <= factor <= most:
        raise ArgumentError(f"`factor` must be from 1 to {most}, the shorter side, got {factor}; give a smaller one.")
    return factor


def _cut(x: Tensor, factor: int) -> Tensor:
    """The upper left part whose sides are multiples of ``factor``."""
    return x[..., : x.shape[-2] // factor * factor, : x.shape[-1] // factor * factor]
