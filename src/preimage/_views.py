"""What people see of a tensor, and of a value in a notebook: one picture, a PNG within a page, a small table."""

import base64
import html
import io
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

__all__ = ["fields_markup", "image_markup", "table_markup", "value_range", "view_of"]

_SIDE = 256


def view_of(image: Tensor) -> Tensor:
    """One picture of a tensor: (H, W), or (H, W, 3) where there are three channels, float32 on the CPU.

    Of a batch the first image is taken, of a volume or film the middle slice, of complex values the modulus, and of any
    other number of channels the mean. A vector is a picture of one row.

    Args:
        image: (B, C, H, W), (B, C, D, H, W), (C, H, W), (H, W), or (N,).
    """
    image = image.detach().cpu()
    image = (image.abs() if image.is_complex() else image).float()
    while image.ndim > 5:
        image = image[0]
    if image.ndim == 5:  # (B, C, D, H, W)
        image = image[0, :, image.shape[2] // 2]
    if image.ndim == 4:
        image = image[0]
    if image.ndim == 3:
        return image.permute(1, 2, 0) if image.shape[0] == 3 else image.mean(0)
    return image.reshape(-1, image.shape[-1]) if image.ndim else image.reshape(1, 1)


def value_range(picture: Tensor) -> tuple[float, float]:
    """Where black and white are: 0 and 1 where the values nearly lie within, or else the least and the largest."""
    finite = picture[picture.isfinite()]
    if not len(finite):
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    return (0.0, 1.0) if low > -0.25 and 0.5 < high < 1.25 else (low, high if high > low else low + 1.0)


def image_markup(image: Tensor, title: str) -> str:
    """An ``<img>`` that holds its picture as PNG, at most 256 pixels high and wide, with the title below it."""
    from PIL import Image

    picture = view_of(image)
    low, high = value_range(picture)
    step = max(1, -(-max(picture.shape[:2]) // _SIDE))
    scaled = ((picture[::step, ::step].nan_to_num() - low) / (high - low)).clamp(0, 1) * 255
    file = io.BytesIO()
    Image.fromarray(np.asarray(scaled.round().to(torch.uint8))).save(file, "png")
    data = base64.b64encode(file.getvalue()).decode()
    side = min(_SIDE, 4 * max(picture.shape[:2]))
    name = html.escape(title)
    return (
        '<figure style="display:inline-block;margin:4px;text-align:center">'
        f'<img alt="{name}" style="image-rendering:pixelated;max-width:{side}px;min-width:{min(side, 96)}px" '
        f'src="data:image/png;base64,{data}"><figcaption>{name}</figcaption></figure>'
    )


def table_markup(title: str, rows: Mapping[str, object]) -> str:
    """A title and a table of names and values."""
    lines = "".join(
        f"<tr><th style='text-align:left'>{html.escape(name)}</th>"
        f"<td style='text-align:left'>{html.escape(str(value))}</td></tr>"
        for name, value in rows.items()
    )
    return f"<div><strong>{html.escape(title)}</strong><table>{lines}</table></div>"


def fields_markup(title: str, fields: Mapping[str, object]) -> str:
    """A table of fields, tensors by their shape, and the pictures of those that have rows and columns."""
    rows, pictures = {}, ""
    for name, value in fields.items():
        rows[name] = f"tensor of shape {tuple(value.shape)}" if isinstance(value, Tensor) else _first_line(value)
        if isinstance(value, Tensor) and value.ndim >= 2 and min(value.shape[-2:]) > 1 and value.numel():
            pictures += image_markup(value, name)
    return table_markup(title, rows) + pictures


def _first_line(value: object) -> str:
    """The beginning of what ``print`` shows of it."""
    text = " ".join(str(value).split())
    return text if len(text) <= 80 else f"{text[:77]}..."
