"""Tensors as pictures to look at."""

import base64
import io

import numpy as np
import torch
from torch import Tensor

__all__ = [
    "BLUE",
    "ORANGE",
    "WHITE",
    "atom_pictures",
    "colour",
    "contact_sheet",
    "data_uri",
    "hexadecimal",
    "signed_colours",
    "stretch",
    "warm",
]

# Two colours that everybody tells apart, for what is added and what is taken away (Okabe & Ito 2008).
BLUE, ORANGE = (0, 114, 178), (213, 94, 0)
WHITE = (255, 255, 255)
# From dark blue to yellow with evenly rising lightness, as viridis.
_WARM = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37))


def hexadecimal(rgb: tuple[int, int, int]) -> str:
    """A colour of bytes as ``#d55e00``."""
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def colour(image: Tensor) -> np.ndarray:
    """An image (C, H, W) in [0, 1] as bytes (H, W, 3)."""
    levels = (image.detach().cpu().clamp(0, 1) * 255).round().to(torch.uint8)
    return levels.expand(3, -1, -1).permute(1, 2, 0).contiguous().numpy()


def stretch(image: Tensor, low: float, high: float) -> np.ndarray:
    """As :func:`colour`, with ``low`` black and ``high`` white."""
    return colour((image - low) / max(high - low, 1e-6))


def atom_pictures(atoms: Tensor) -> Tensor:
    """Atoms (K, C, h, w) in [0, 1]: zero is middle grey, and each has the largest contrast that fits."""
    return 0.5 + atoms / (2 * atoms.abs().amax((1, 2, 3), keepdim=True).clamp_min(1e-12))


def contact_sheet(pictures: Tensor, columns: int) -> Tensor:
    """Pictures (K, C, h, w) row by row in one (C, H, W), with a white line around each."""
    count, channels, height, width = pictures.shape
    rows = -(-count // columns)
    sheet = pictures.new_ones(channels, rows * (height + 1) + 1, columns * (width + 1) + 1)
    for k, picture in enumerate(pictures):
        top, left = k // columns * (height + 1) + 1, k % columns * (width + 1) + 1
        sheet[:, top : top + height, left : left + width] = picture
    return sheet


def signed_colours(values: Tensor, least: float = 0.0) -> np.ndarray:
    """Numbers in [-1, 1] (H, W) as bytes (H, W, 3): zero white, blue above, orange below.

    Args:
        least: strength of the palest colour, so that small numbers are told from zero.
    """
    share = values.detach().cpu().clamp(-1, 1)[..., None].double()
    strength = torch.where(share == 0, 0.0, least + (1 - least) * share.abs().sqrt())
    ends = torch.where(share > 0, torch.tensor(BLUE), torch.tensor(ORANGE)).double()
    return (255 + strength * (ends - 255)).round().to(torch.uint8).numpy()


def warm(values: Tensor) -> np.ndarray:
    """Numbers in [0, 1] (H, W) as bytes (H, W, 3), dark blue to yellow."""
    anchors = torch.tensor(_WARM, dtype=torch.float64)
    place = values.detach().cpu().double().clamp(0, 1) * (len(anchors) - 1)
    low = place.long().clamp_max(len(anchors) - 2)
    return torch.lerp(anchors[low], anchors[low + 1], (place - low)[..., None]).round().to(torch.uint8).numpy()


def data_uri(pixels: np.ndarray) -> str:
    """A PNG inside an address."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
