"""A picture of an image or volume, with a scale bar and a colour bar."""

import math
from typing import Any

import numpy as np

__all__ = ["draw_preview", "nice_length"]

_SIDE = 512  # of the picture, at least
_MOST = 1024  # and at most
_INK, _PAPER = 0, 255


def draw_preview(image: np.ndarray, sizes: tuple[float, float, float], unit: str) -> Any:
    """The middle slice in grey, above it a colour bar's range, below it a bar of known length.

    Args:
        image: (H, W), (D, H, W) or more axes in front, real or complex; the modulus of complex numbers is shown.
        sizes: the sides of a voxel from slice to slice, row to row and column to column.
        unit: the unit of the sizes.

    Returns:
        A picture of Pillow.
    """
    from PIL import Image

    planes = image.reshape(-1, *image.shape[-2:])
    middle = planes[len(planes) // 2]
    plane = np.abs(middle) if np.iscomplexobj(middle) else middle
    low, high = shown_range(plane)
    grey = np.clip((plane - low) / (high - low or 1.0), 0, 1)
    shrunk = Image.fromarray((255 * grey).round().astype(np.uint8))
    height, width = _shown_size(plane.shape, sizes[1:])
    shown = shrunk.resize((width, height), Image.Resampling.NEAREST if width > plane.shape[1] else Image.Resampling.BOX)
    return _framed(shown, (low, high), width / (plane.shape[1] * sizes[2]), unit)


def shown_range(plane: np.ndarray) -> tuple[float, float]:
    """What is black and white: all values but one in a thousand on either side, and zero where nothing is below."""
    low, high = (float(value) for value in np.quantile(plane, [0.001, 0.999]))
    if high <= low:
        low, high = float(plane.min()), float(plane.max())
    return (0.0 if 0 <= low < high / 4 else low), high


def nice_length(longest: float) -> float:
    """The largest of 1, 2 or 5 times a power of ten that is at most ``longest``."""
    power = 10.0 ** math.floor(math.log10(longest))
    return max(step * power for step in (1, 2, 5) if step * power <= longest * (1 + 1e-9))


def _shown_size(shape: tuple[int, ...], sizes: tuple[float, ...]) -> tuple[int, int]:
    """Rows and columns of the picture: pixels as tall and wide as they are."""
    tall, wide = shape[0] * sizes[0], shape[1] * sizes[1]
    side = min(max(_SIDE, *shape), _MOST)
    return max(1, round(side * tall / max(tall, wide))), max(1, round(side * wide / max(tall, wide)))


def _framed(shown: Any, span: tuple[float, float], scale: float, unit: str) -> Any:
    """The picture with a bar of lengths below it and one of values beside it."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default()
    line = 14
    width, height = shown.size
    sheet = Image.new("L", (width + 110, height + 44), _PAPER)
    sheet.paste(shown, (8, 8))
    draw = ImageDraw.Draw(sheet)
    length = nice_length(0.4 * width / scale)
    end = 8 + round(length * scale)
    draw.rectangle((8, height + 14, end, height + 18), fill=_INK)
    draw.text((8, height + 22), f"{length:g} {unit if unit != 'pixel' else 'pixels'}", fill=_INK, font=font)
    tall = max(min(height, 256), 2 * line)
    ramp = np.linspace(255, 0, tall).round().astype(np.uint8)[:, None].repeat(16, 1)
    sheet.paste(Image.fromarray(ramp), (width + 18, 8))
    draw.rectangle((width + 17, 7, width + 34, 8 + tall), outline=_INK)
    for share in (0.0, 0.5, 1.0):
        value = span[1] + share * (span[0] - span[1])
        draw.text((width + 40, 8 + round(share * (tall - 10))), f"{value:.4g}", fill=_INK, font=font)
    return sheet
