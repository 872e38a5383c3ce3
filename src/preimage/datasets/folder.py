"""Images of a folder as tensors."""

from pathlib import Path

import torch
from torch import Tensor

from preimage.errors import ImageFileError
from preimage.files import ImageFile
from preimage.files.formats.table import suffixes

__all__ = ["load_images"]

# ITU-R 601 in sixteenths of a bit, rounded as Pillow does.
_LUMA = (19595, 38470, 7471)


def load_images(folder: Path, channels: int) -> list[Tensor]:
    """Read every image of a folder, sorted by name.

    Images are read as those to restore are: upright, and black and white by what their samples can be; samples of more
    than 8 bits are rounded to 8.

    Args:
        folder: where the images are.
        channels: 1 or 3; grey is the luma of ITU-R BT.601.

    Returns:
        uint8 tensors (channels, H, W).

    Raises:
        ImageFileError: there is no such folder, it holds no image, or one that cannot be read.
    """
    if not Path(folder).is_dir():
        raise ImageFileError(f"`folder` must be a folder of images, got {folder}, which is none; check the name.")
    known = suffixes()
    paths = sorted(path for path in Path(folder).iterdir() if path.suffix.lower() in known)
    if not paths:
        raise ImageFileError(f"`folder` must hold images, got none in {folder}; look for {', '.join(known)}.")
    return [_of_channels(_load_bytes(path), channels) for path in paths]


def _load_bytes(path: Path) -> Tensor:
    """The grey or RGB picture in ``path``, uint8 (C, H, W)."""
    try:
        pixels = ImageFile.read(path).parts()[0]
    except ImageFileError as error:
        raise ImageFileError(f"`folder` must hold images, got {path}: {error} Take it out.") from error
    return (pixels.clamp(0, 1) * 255).round().to(torch.uint8)


def _of_channels(image: Tensor, channels: int) -> Tensor:
    if len(image) == channels:
        return image
    if channels == 3:
        return image.expand(3, -1, -1).contiguous()
    weights = torch.tensor(_LUMA)[:, None, None]
    return ((image * weights).sum(0, keepdim=True) + (1 << 15) >> 16).to(torch.uint8)
