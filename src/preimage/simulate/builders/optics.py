"""What the air does to light."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ImageFileError
from preimage.physics import Haze
from preimage.simulate.builders.fitted import Fitted

__all__ = ["build_haze"]


def build_haze(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """Haze in front of a scene at the given distances."""
    return Fitted(Haze(_depth(given["depth"], x), given["beta"], given["airlight"]), x)


def _depth(spec: str, x: Tensor) -> Tensor:
    """Distances (1, 1, H, W): a plane that rises to the horizon, or those in a file."""
    height, width = x.shape[-2:]
    if plane := re.fullmatch(r"(\d*\.?\d+):(\d*\.?\d+)", spec):
        rows = torch.linspace(float(plane[2]), float(plane[1]), height)
        return rows.reshape(1, 1, height, 1).expand(1, 1, height, width).contiguous()
    if not spec.endswith(".npy"):
        raise ArgumentError(f"`depth` must be NEAR:FAR in metres or an .npy file, got {spec!r}; write it like 2:20.")
    try:
        values = np.load(Path(spec), allow_pickle=False)
    except (OSError, ValueError) as error:
        raise ImageFileError(f"`depth` must be a readable .npy file, got {spec}: {error}.") from error
    if values.shape != (height, width):
        raise ArgumentError(f"`depth` must be {height}x{width}, as the picture, got {values.shape} in {spec}.")
    return torch.from_numpy(values.astype(np.float32)).reshape(1, 1, height, width)
