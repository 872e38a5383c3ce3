"""Error maps as files: numbers, and a picture to look at."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from preimage.files import ImageFile

__all__ = ["coloured", "lightest", "write_error_maps"]

# Dark blue, purple, orange and pale yellow, at equal distances: lightness rises evenly.
_COLOURS = ((13, 8, 60), (126, 3, 168), (248, 149, 64), (240, 249, 33))


def write_error_maps(maps: Sequence[Tensor], numbers: Path, picture: Path) -> None:
    """Write half-widths (C, H, W) as a TIFF of single precision, and a picture of them.

    Args:
        maps: one for each picture of the file; further bands follow colours.
        numbers: the TIFF.
        picture: the picture.
    """
    together = torch.cat(list(maps)).float()
    array = together.permute(1, 2, 0).numpy()
    ImageFile.from_array(np.ascontiguousarray(array if array.shape[2] > 1 else array[..., 0])).write(numbers, True)
    ImageFile.from_array(coloured(together)).write(picture, True)


def coloured(widths: Tensor) -> np.ndarray:
    """A picture uint8 (H, W, 3) of half-widths (C, H, W): their mean over the channels, up to :func:`lightest`."""
    place = (widths.mean(0) / lightest(widths)).clamp(0, 1).numpy() * (len(_COLOURS) - 1)
    table = np.array(_COLOURS, np.float64)
    channels = [np.interp(place, np.arange(len(table)), table[:, channel]) for channel in range(3)]
    return np.stack(channels, -1).round().astype(np.uint8)


def lightest(widths: Tensor) -> float:
    """The half-width from which on the picture of a map (C, H, W) has its lightest colour; 1 where all are zero.

    This is the 99th percentile of the mean over the channels.
    """
    return float(np.percentile(widths.mean(0).numpy(), 99)) or 1.0
