"""Before and after, side by side."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from preimage.files import ImageFile

__all__ = ["write_comparison"]

_LARGEST, _GAP = 1600, 8


def write_comparison(
    path: Path, before: Tensor, after: Tensor, labels: tuple[str, str] = ("before", "after"), overwrite: bool = False
) -> None:
    """Write two pictures (C, H, W) next to each other under their labels, each reduced to 1600 pixels a side at most.

    A smaller ``before``, as of a super-resolution, is enlarged without smoothing.
    """
    before, after = _colour(before), _colour(after)
    if before.shape != after.shape:
        before = F.interpolate(before[None], size=after.shape[-2:], mode="nearest")[0]
    panels = [_labelled(_reduced(picture), label) for picture, label in zip((before, after), labels, strict=True)]
    gap = np.full((panels[0].shape[0], _GAP, 3), 255, np.uint8)
    ImageFile.from_array(np.concatenate([panels[0], gap, panels[1]], axis=1)).write(path, overwrite)


def _colour(picture: Tensor) -> Tensor:
    """Red, green and blue of a picture whose further bands are not shown."""
    return picture[:3] if picture.shape[0] > 2 else picture[:1].expand(3, -1, -1)


def _reduced(picture: Tensor) -> Tensor:
    ratio = _LARGEST / max(picture.shape[-2:])
    if ratio >= 1:
        return picture
    size = [max(1, round(n * ratio)) for n in picture.shape[-2:]]
    return F.interpolate(picture[None], size=size, mode="area")[0]


def _labelled(picture: Tensor, label: str) -> np.ndarray:
    from PIL import Image, ImageDraw

    pixels = (picture.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    height = max(14, min(32, pixels.shape[0] // 16))
    strip = Image.new("RGB", (pixels.shape[1], height + 6), "white")
    ImageDraw.Draw(strip).text((4, 2), label, fill="black", font_size=height)
    return np.concatenate([np.asarray(strip), pixels])
