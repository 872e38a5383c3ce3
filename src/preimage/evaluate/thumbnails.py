"""Small pictures for a page."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from preimage.evaluate.pictures import Treatment, read_pair

__all__ = ["Thumbnails", "draw_errors", "image_address", "make_thumbnails"]

_SIDE = 320


@dataclass(frozen=True)
class Thumbnails:
    """A result, its reference and the error, at most 320 pixels a side.

    Attributes:
        result, reference: (C, h, w) in [0, 1], C = 1 or 3; no reference where none is needed.
        error: (1, h, w), the mean of the absolute error over channels and the pixels of each of its own.
    """

    result: Tensor
    reference: Tensor | None = None
    error: Tensor | None = None


@torch.no_grad()
def make_thumbnails(result: Path, reference: Path | None, treatment: Treatment) -> Thumbnails:
    """Read two files again and make them small.

    Args:
        result: a file.
        reference: what it was compared with.
        treatment: what was done to both before.

    Raises:
        PreimageError: a file cannot be read any more.
    """
    x_hat, x = read_pair(result, reference, treatment)
    if x is None:
        return Thumbnails(_small(_visible(x_hat)))
    error = (x_hat - x).abs().mean(1, keepdim=True)
    return Thumbnails(_small(_visible(x_hat)), _small(_visible(x)), _small(_slice(error)))


def draw_errors(thumbnails: list[Thumbnails]) -> tuple[list[Tensor], float]:
    """The errors as grey pictures (1, h, w) on one scale, and the error that is white: the 99.5th percentile of all.

    Args:
        thumbnails: with errors.
    """
    errors = [each.error for each in thumbnails if each.error is not None]
    values = torch.cat([error.flatten() for error in errors]).numpy()
    white = max(float(np.quantile(values, 0.995)), 1e-6)
    return [(error / white).clamp(0, 1) for error in errors], white


def image_address(image: Tensor) -> str:
    """A picture (C, h, w) in [0, 1] as a ``data:`` address that holds a JPEG.

    Args:
        image: grey or RGB.
    """
    from PIL import Image

    levels = (image.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    buffer = io.BytesIO()
    Image.fromarray(levels[..., 0] if levels.shape[2] == 1 else levels).save(buffer, "JPEG", quality=88)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def _visible(x: Tensor) -> Tensor:
    """Magnitudes (C, H, W) of the middle slice, C = 1 or 3: of more bands the first three, of two the first."""
    x = _slice(x.abs() if x.is_complex() else x)
    return x[: 3 if len(x) >= 3 else 1]


def _slice(x: Tensor) -> Tensor:
    """The middle slice of a volume (1, C, ..., H, W), as it is: (C, H, W)."""
    image = x[0]
    while image.ndim > 3:
        image = image[:, image.shape[1] // 2]
    return image


def _small(image: Tensor) -> Tensor:
    """At most 320 pixels a side, by means."""
    height, width = image.shape[1:]
    factor = max(height, width) / _SIDE
    if factor <= 1:
        return image.float()
    sizes = max(1, round(height / factor)), max(1, round(width / factor))
    return adaptive_avg_pool2d(image.float()[None], sizes)[0]
