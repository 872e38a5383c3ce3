"""The formats in which images and volumes are written: those of arrays in :mod:`preimage.files`."""

from pathlib import Path

import numpy as np

from preimage import _optional
from preimage.files import Layout
from preimage.files.formats.table import stack_formats, suffixes
from preimage.files.stacks.layout import layout_of
from preimage.files.stacks.writing import stack_format_of
from preimage.reconstruct.frame.grid import Grid

__all__ = ["check_output_format", "layout_on", "output_suffixes"]


def output_suffixes() -> list[str]:
    """All suffixes, as messages list them."""
    return suffixes([format for format in stack_formats() if format.stacks is not None and format.stacks.create])


def check_output_format(path: Path) -> bool:
    """Whether what is written is a folder; a name that no format has is refused, and one whose library is missing.

    Raises:
        ImageFileError: the suffix is unknown.
        MissingDependency: the ``io`` extra is needed.
    """
    _, stacks = stack_format_of(path)
    if stacks.needs:
        _optional.require(stacks.needs, "io", f"writing {path.name}")
    return stacks.makes_folder


def layout_on(image: np.ndarray, grid: Grid) -> Layout:
    """What is known of an image (H, W), a volume (D, H, W), or several volumes (T, D, H, W) on ``grid``."""
    axes = "TZYX"[-image.ndim :]
    known = grid.unit != "pixel"
    spacing = dict(zip("ZYX", grid.sizes, strict=True)) if known else {}
    units = dict.fromkeys("ZYX", grid.unit) if known else {}
    return layout_of(image.shape, image.dtype, axes, spacing, units, affine=grid.affine)
