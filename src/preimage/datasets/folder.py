"""Images of a folder as tensors."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from preimage.errors import ImageFileError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["load_images"]

_SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"}


def load_images(folder: Path, channels: int) -> list[Tensor]:
    """Every image of ``folder``, sorted by name, as uint8 tensors (channels, H, W); grey is ITU-R 601 luma.

    Raises:
        ImageFileError: there is no such folder, it holds no image, or one that cannot be read.
    """
    from PIL import Image

    if not Path(folder).is_dir():
        raise ImageFileError(f"`folder` must be a folder of images, got {folder}, which is none; check the name.")
    paths = sorted(path for path in Path(folder).iterdir() if path.suffix.lower() in _SUFFIXES)
    if not paths:
        raise ImageFileError(
            f"`folder` must hold images, got none in {folder}; look for {', '.join(sorted(_SUFFIXES))}."
        )
    images = []
    for path in paths:
        try:
            with Image.open(path) as file:
                array = np.array(_of_bytes(file).convert("L" if channels == 1 else "RGB"))
        except OSError as error:
            raise ImageFileError(f"`folder` must hold images, got {path}: {error}; take it out.") from error
        images.append(torch.from_numpy(array).reshape(*array.shape[:2], channels).permute(2, 0, 1).contiguous())
    return images


def _of_bytes(image: "Image.Image") -> "Image.Image":
    """``image`` with 8 bits a sample: Pillow's own conversion of 16-bit grey clips at 255 instead of scaling."""
    from PIL import Image

    if not image.mode.startswith("I"):
        return image
    samples = np.asarray(image).astype(np.float64) / 257
    return Image.fromarray(np.rint(samples.clip(0, 255)).astype(np.uint8))
