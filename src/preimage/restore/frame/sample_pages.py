"""Pictures that were drawn, as the pages of one file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from preimage.files import ImageFile
from preimage.files.stacks.layout import layout_of
from preimage.files.stacks.writing import creating_stack

__all__ = ["write_sample_pages"]


def write_sample_pages(samples: Sequence[ImageFile], path: Path) -> list[str]:
    """Write pictures of one size as the pages of a TIFF, with the samples and the type of the picture's own file.

    The axis of the pages has no name, because draws are neither planes nor times.

    Returns:
        Notes on what the file does not hold.
    """
    pages = np.stack([sample.to_array() for sample in samples])
    pages = pages[..., 0] if pages.shape[-1] == 1 else pages
    layout = layout_of(pages.shape, pages.dtype, "aYX" if pages.ndim == 3 else "aYXS")
    with creating_stack(path, layout, overwrite=True) as writer:
        for at, page in enumerate(pages):
            writer.put((at,), page)
        return list(writer.notes)
