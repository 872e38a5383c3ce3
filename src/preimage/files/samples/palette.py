"""Palette pictures: at most 256 colours, some of them transparent."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["to_palette"]


def to_palette(rgb: np.ndarray, alpha: np.ndarray | None = None) -> "Image.Image":
    """The palette picture nearest to ``rgb`` uint8 (H, W, 3), by median cut without dithering.

    ``alpha`` uint8 (H, W) is kept exactly: every level gets colours of its own, by area, and one where all is
    transparent.
    """
    from PIL import Image

    if alpha is None:
        return Image.fromarray(rgb).quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    indices = np.zeros(alpha.shape, np.uint8)
    colours: list[np.ndarray] = []
    transparency: list[int] = []
    for level, share in _shares(alpha).items():
        where = alpha == level
        part = Image.fromarray(rgb[where][None]).quantize(share, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        table = np.array(part.getpalette(), np.uint8).reshape(-1, 3)[:share]
        indices[where] = np.asarray(part)[0] + len(transparency)
        colours.append(table)
        transparency += [level] * len(table)
    image = Image.fromarray(indices)
    image.putpalette(np.concatenate(colours).tobytes())
    image.info["transparency"] = bytes(transparency)
    return image


def _shares(alpha: np.ndarray) -> dict[int, int]:
    """How many of 256 colours each level of transparency gets."""
    levels, counts = np.unique(alpha, return_counts=True)
    visible = counts * (levels > 0)
    spare = 256 - len(levels)
    total = max(1, int(visible.sum()))
    return {int(level): 1 + int(spare * n) // total for level, n in zip(levels, visible, strict=True)}
