"""Pictures without noise of all the kinds that people have: photographs, drawings, text, posterised, dithered."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["content", "mosaic"]

Array = NDArray[np.float64]
Rng = np.random.Generator
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;()+-=/ "


def content(photographs: Sequence[NDArray[np.uint8]], size: int, rng: Rng) -> Array:
    """A picture (size, size, 3) in [0, 1] without noise; ``photographs`` are (H, W, 3), at least ``2 size`` large."""
    kinds: dict[Callable[[], Array], float] = {
        lambda: _photograph(photographs, size, rng): 0.6,
        lambda: _posterised(_photograph(photographs, size, rng), rng): 0.06,
        lambda: _dithered(_photograph(photographs, size, rng), rng): 0.04,
        lambda: _text(size, rng): 0.1,
        lambda: _drawing(size, rng): 0.1,
        lambda: _smooth(size, rng): 0.05,
        lambda: _page(_photograph(photographs, size, rng), _text(size, rng), rng): 0.05,
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


def _canvas(size: int, factor: int, rng: Rng) -> Any:
    from PIL import Image

    paper = _colour(rng) if rng.random() < 0.7 else (255, 255, 255)
    return Image.new("RGB", (size * factor, size * factor), paper)


def _finished(image: Any, size: int) -> Array:
    from PIL import Image

    reduced = image if image.width == size else image.resize((size, size), Image.Resampling.BOX)
    return np.asarray(reduced) / 255


def _text(size: int, rng: Rng) -> Array:
    """Lines of letters, with smooth or sharp edges."""
    from PIL import ImageDraw, ImageFont

    image = _canvas(size, 1, rng)
    draw = ImageDraw.Draw(image)
    draw.fontmode = "L" if rng.random() < 0.7 else "1"
    height, ink = float(rng.uniform(7, 24)), _colour(rng) if rng.random() < 0.5 else (0, 0, 0)
    font, left = ImageFont.load_default(height), int(rng.integers(-10, 10))
    for row in np.arange(rng.uniform(-height, 0), size, height * rng.uniform(1.0, 1.6)):
        letters = "".join(rng.choice(list(_LETTERS), int(rng.integers(3, 40))))
        draw.text((left, float(row)), letters, fill=ink, font=font)
    return _finished(image, size)


def _drawing(size: int, rng: Rng) -> Array:
    """Shapes of one colour each, with smooth or sharp edges."""
    from PIL import ImageDraw

    factor = int(rng.choice([1, 3]))
    image = _canvas(size, factor, rng)
    draw, most = ImageDraw.Draw(image), size * factor
    for _ in range(int(rng.integers(1, 25))):
        x, y, w, h = rng.uniform(-0.2, 1, 4) * most
        box = (x, y, x + abs(w) / 2, y + abs(h) / 2)
        kind = rng.integers(4)
        if kind == 0:
            draw.rectangle(box, _colour(rng))
        elif kind == 1:
            draw.ellipse(box, _colour(rng))
        elif kind == 2:
            draw.line(box, _colour(rng), int(rng.integers(1, 4)) * factor)
        else:
            draw.ellipse(box, None, _colour(rng), int(rng.integers(1, 4)) * factor)
    return _finished(image, size)


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


def _colour(rng: Rng) -> tuple[int, int, int]:
    red, green, blue = (int(v) for v in rng.integers(0, 256, 3))
    return (red, red, red) if rng.random() < 0.3 else (red, green, blue)
