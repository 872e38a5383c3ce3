"""Measurements from files."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from preimage.errors import ImageFileError
from preimage.files import ImageFile, read

__all__ = ["read_measurement"]


def read_measurement(path: Path | str) -> Tensor:
    """The numbers in a file, as they are there: an array, or a picture (H, W) or (H, W, C).

    Args:
        path: an array in a file of any known format; or a picture, of which floats are taken as they are, and integers
            become 0 to 1.

    Raises:
        ImageFileError: it cannot be read, or holds no numbers, or some that are not finite.
    """
    array = read(path).values
    if array.dtype.kind in "bu" and Path(path).suffix.lower() != ".npy":
        pixels = ImageFile.read(path).pixels.movedim(0, -1)
        return pixels[..., 0] if pixels.shape[-1] == 1 else pixels
    if array.dtype.kind not in "biufc" or not array.size or not np.isfinite(array).all():
        raise ImageFileError(f"{path} must hold finite numbers, got {array.dtype} {array.shape}; write them again.")
    kind = np.complex64 if array.dtype.kind == "c" else np.float32
    return torch.from_numpy(np.ascontiguousarray(array, kind))
