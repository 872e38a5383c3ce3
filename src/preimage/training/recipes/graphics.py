"""Pictures of letters, lines and flat shapes, as on screens and in comics: what photographs teach nothing of."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

__all__ = ["draw_graphics", "draw_shapes", "draw_text"]

Array = NDArray[np.float64]
Rng = np.random.Generator
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;()+-=/ "


def draw_graphics(count: int, size: int, rng: torch.Generator) -> Tensor:
    """``count`` pictures (count, 3, size, size) of text or of shapes, in multiples of 1/255."""
    drawn = torch.empty(count, 3, size, size)
    for picture, seed in zip(drawn, torch.randint(0, 2**31, (count,), generator=rng).tolist(), strict=True):
        own = np.random.default_rng(seed)
        pixels = draw_text(size, own) if own.random() < 0.5 else draw_shapes(size, own)
        picture.copy_(torch.from_numpy(np.rint(255 * pixels)).permute(2, 0, 1) / 255)
    return drawn


def draw_text(size: int, rng: Rng) -> Array:
    """Lines of letters (size, size, 3) in [0, 1], with smooth or sharp edges."""
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


def draw_shapes(size: int, rng: Rng) -> Array:
    """Shapes of one colour each (size, size, 3) in [0, 1], with smooth or sharp edges."""
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


def _canvas(size: int, factor: int, rng: Rng) -> Any:
    from PIL import Image

    paper = _colour(rng) if rng.random() < 0.7 else (255, 255, 255)
    return Image.new("RGB", (size * factor, size * factor), paper)


def _finished(image: Any, size: int) -> Array:
    from PIL import Image

    reduced = image if image.width == size else image.resize((size, size), Image.Resampling.BOX)
    return np.asarray(reduced) / 255


def _colour(rng: Rng) -> tuple[int, int, int]:
    red, green, blue = (int(v) for v in rng.integers(0, 256, 3))
    return (red, red, red) if rng.random() < 0.3 else (red, green, blue)
