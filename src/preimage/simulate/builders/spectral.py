"""Many colours in one picture."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from preimage.physics import CompressiveSpectralImaging
from preimage.simulate.builders.fitted import Fitted

__all__ = ["build_spectral_snapshot"]


def build_spectral_snapshot(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """The channels of the picture as the colours, behind a mask that lets half of the light through."""
    height, width = x.shape[-2:]
    extra = 0 if given["dispersers"] == 1 else (x.shape[1] - 1) * given["step"]
    mask = (torch.rand(1, 1, height, width + extra, generator=rng) < 0.5).float()
    return Fitted(CompressiveSpectralImaging(mask, given["dispersers"], given["step"]), x)
