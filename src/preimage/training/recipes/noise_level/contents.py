"""Pictures without noise of all the kinds that people have: photographs, drawings, text, posterised, dithered."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from preimage.training.recipes.graphics import draw_shapes, draw_text

__all__ = ["content", "mosaic"]

Array = NDArray[np.float64]
Rng = np.random.Generator


def content(photographs: Sequence[NDArray[np.uint8]], size: int, rng: Rng) -> Array:
    """A picture (size, size, 3) in [0, 1] without noise; ``photographs`` are (H, W, 3), at least ``2 size`` large."""
    kinds: dict[Callable[[], Array], float] = {
        lambda: _photograph(photographs, size, rng): 0.6,
        lambda: _posterised(_photograph(photographs, size, rng), rng): 0.06,
        lambda: _dithered(_photograph(photographs, size, rng), rng): 0.04,
        lambda: draw_text(size, rng): 0.1,
        lambda: draw_shapes(size, rng): 0.1,
        lambda: _smooth(size, rng): 0.05,
        lambda: _page(_photograph(photographs, size, rng), draw_text(size, rng), rng): 0.05,
    }
    drawn = rng.choice(len(kinds), p=list(kinds.values()))
    picture = list(kinds)[drawn]()
    if rng.random() < 0.15:  # contrast, out of range now and then
        picture = (picture - 0.5) * rng.uniform(0.2, 2.5) + rng.uniform(0.2, 0.8)
    return np.clip(picture, 0, 1)


def mosaic(picture: Array, rng: Rng) -> Array:
    """One colour a sample (size, size, 1), in a random Bayer pattern, white-balanced or not."""
    gains = rng.uniform(0.4, 1, 3) if rng.random() < 0.5 else np.ones(3)
    cell = np.array([[0, 1], [1, 2]])
    cell = cell[::-1] if rng.random() < 0.5 else cell
    cell = cell[:, ::-1] if rng.random() < 0.5 else cell
    size = len(picture)
    colour = np.tile(cell, (size // 2 + 1, size // 2 + 1))[:size, :size]
    return np.take_along_axis(picture * gains, colour[..., None], 2)


def _photograph(photographs: Sequence[NDArray[np.uint8]], size: int, rng: Rng) -> Array:
    """A crop, as it is or reduced by two or three, which leaves fine detail and no noise."""
    whole = photographs[int(rng.integers(len(photographs)))]
    factor = int(rng.choice([1, 2, 3], p=[0.35, 0.45, 0.2]))
    factor = min(factor, min(whole.shape[:2]) // size)
    side = size * factor
    top, left = (int(rng.integers(n - side + 1)) for n in whole.shape[:2])
    crop = whole[top : top + side, left : left + side] / 255
    crop = crop.reshape(size, factor, size, factor, 3).mean((1, 3))
    crop = crop[:, ::-1] if rng.random() < 0.5 else crop
    return crop.swapaxes(0, 1) if rng.random() < 0.5 else crop


def _posterised(picture: Array, rng: Rng) -> Array:
    levels = int(rng.integers(2, 33))
    return np.floor(picture * levels).clip(0, levels - 1) / (levels - 1)


def _dithered(picture: Array, rng: Rng) -> Array:
    """A palette of few colours, and the error spread."""
    from PIL import Image

    image = Image.fromarray(np.rint(255 * picture).astype(np.uint8))
    return np.asarray(image.quantize(int(rng.integers(2, 128))).convert("RGB")) / 255


def _smooth(size: int, rng: Rng) -> Array:
    """A plane or a slow wave."""
    y, x = np.mgrid[:size, :size] / size
    slopes = rng.normal(0, 0.4, (3, 2)) * (rng.random() < 0.8)
    wave = np.sin(2 * np.pi * (rng.uniform(0, 2) * x + rng.uniform(0, 2) * y))
    planes = np.stack([rng.random() + a * x + b * y for a, b in slopes], 2)
    return np.clip(planes + rng.uniform(0, 0.3) * wave[..., None], 0, 1)


def _page(photograph: Array, text: Array, rng: Rng) -> Array:
    """A screenshot: a photograph in part of a page of text."""
    size = len(text)
    page, (top, left) = text.copy(), rng.integers(0, size // 2, 2)
    tall, wide = rng.integers(size // 4, size // 2 + 1, 2)
    page[top : top + tall, left : left + wide] = photograph[:tall, :wide]
    return page
