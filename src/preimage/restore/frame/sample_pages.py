"""Pictures that were drawn, as the pages of one file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from preimage.files import ImageFile, write

__all__ = ["write_sample_pages"]


def write_sample_pages(samples: Sequence[ImageFile], path: Path) -> list[str]:
    """Write pictures of one size as the pages of a TIFF, with the samples and the type of the picture's own file.

    Returns:
        Notes on what the file does not hold.
    """
    pages = np.stack([sample.to_array() for sample in samples])
    grey = pages.shape[-1] == 1
    return write(path, pages[..., 0] if grey else pages, axes="ZYX" if grey else "ZYXS", overwrite=True)
