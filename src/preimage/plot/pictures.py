"""Images side by side, and where they are wrong."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from preimage._views import value_range, view_of
from preimage.errors import ShapeError
from preimage.metric import PSNR
from preimage.plot.panels import Plate, draw_panels

__all__ = ["draw_error", "draw_images"]


def draw_images(
    images: Mapping[str, Tensor], truth: Tensor | None = None, columns: int | None = None, scale: str = "common"
) -> Any:
    """Images beside each other, each with its name and, where the truth is given, its PSNR.

    Args:
        images: tensors by their names. Of a batch the first image is shown, of a volume the middle slice, of complex
            values the modulus.
        truth: what they should be; images of other shapes than its own get no PSNR. Its range is the range of the PSNR.
        columns: how many stand beside each other; by default four at most.
        scale: "common" for one scale from black to white, that of the truth, or else of the first image; "own" for the
            scale of each.

    Returns:
        A matplotlib figure.

    Raises:
        MissingDependency: matplotlib is not installed.
    """
    first = view_of(truth if truth is not None else next(iter(images.values())))
    panels = []
    for name, image in images.items():
        picture = view_of(image)
        low, high = value_range(picture if scale == "own" else first)
        if picture.ndim == 3:
            picture = (picture - low) / (high - low)
        panels.append(Plate(_title(name, image, truth), picture, low, high))
    return draw_panels(panels, columns)


def _title(name: str, image: Tensor, truth: Tensor | None) -> str:
    if truth is None or image.shape != truth.shape or torch.equal(image, truth):
        return name
    low, high = value_range(view_of(truth))
    return f"{name}, {float(PSNR(high - low)(image[:1], truth[:1])):.2f} dB"


def draw_error(x_hat: Tensor, truth: Tensor, unit: float = 255.0, title: str = "error") -> Any:
    """The error of an image, brighter than the truth in red and darker in blue, and its distribution over the scale.

    Args:
        x_hat: an image, (B, C, H, W), of which the first is shown.
        truth: an image of the same shape.
        unit: how many units of the scale are one unit of the image; 255 for grey values of 8 bits.
        title: what is written above it.

    Returns:
        A matplotlib figure. The scale ends at the error that 99 % of the pixels do not exceed.

    Raises:
        ShapeError: the shapes differ.
        MissingDependency: matplotlib is not installed.
    """
    if x_hat.shape != truth.shape:
        raise ShapeError(
            f"`x_hat` must have the shape of `truth`, {tuple(truth.shape)}, got {tuple(x_hat.shape)}; crop or pad it."
        )
    error = view_of(x_hat) - view_of(truth)
    error = unit * (error.mean(-1) if error.ndim == 3 else error)
    most = max(float(torch.quantile(error.abs().flatten()[: 1 << 23], 0.99)), 1e-12)
    rms = float(error.square().mean().sqrt())
    name = "grey values" if unit == 255.0 else "units of the image" if unit == 1.0 else f"1/{unit:g}"
    return draw_panels([Plate(f"{title}, root mean square {rms:.3g}", error, -most, most, name, "RdBu_r")])
