"""What cameras and their files make of light."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from preimage.physics import JPEG, CameraPipeline, RawCamera
from preimage.simulate.builders.fitted import Fitted

__all__ = ["build_jpeg", "build_raw_camera"]

_DAYLIGHT = (2.0, 1.0, 1.6)  # gains of red, green and blue that are usual for a sensor in daylight


def build_jpeg(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """The picture in a file of this quality."""
    return Fitted(JPEG(given["quality"], given["subsampling"]), x)


def build_raw_camera(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """The mosaic behind the picture, for a camera without a colour matrix in daylight."""
    pipeline = CameraPipeline(torch.tensor([_DAYLIGHT]), tone=given["tone"])
    return Fitted(RawCamera(pipeline, given["pattern"]), x)
