"""Operators that look at each pixel on its own."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.files.samples.seen import check_mask_size
from preimage.physics import Decolorize, Demosaicing, Denoising, Inpainting
from preimage.restore.tasks.mask import read_mask
from preimage.simulate.builders.fitted import Fitted

__all__ = ["build_decolorize", "build_demosaicing", "build_denoising", "build_inpainting"]


def build_denoising(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """``A x = x``."""
    return Fitted(Denoising(), x)


def build_inpainting(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """The pixels that are seen."""
    spec = given["mask"]
    if spec.startswith("random:"):
        found = re.fullmatch(r"random:(\d*\.?\d+)", spec)
        share = float(found[1]) if found else -1.0
        if not 0 <= share < 1:
            raise ArgumentError(f"`mask` must be random:SHARE with a share in [0, 1), got {spec!r}; write random:0.5.")
        return Fitted(Inpainting((torch.rand(x.shape[-2:], generator=rng) >= share).float()), x)
    missing = read_mask(Path(spec))
    check_mask_size(tuple(missing.shape), tuple(x.shape[-2:]))
    return Fitted(Inpainting((~missing).float()), x)


def build_demosaicing(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """The colours that the filters let through."""
    return Fitted(Demosaicing(given["pattern"]), x)


def build_decolorize(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """The brightness of the picture."""
    return Fitted(Decolorize(), x)
