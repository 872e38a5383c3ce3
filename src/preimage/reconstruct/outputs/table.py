"""The formats in which images and volumes are written: one row for each."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from preimage import _optional
from preimage.errors import ImageFileError
from preimage.files.formats.tiff.tiff import TIFF
from preimage.reconstruct.frame.grid import Grid
from preimage.reconstruct.outputs.writers import write_hdf5, write_mat, write_nifti, write_npy, write_pages

__all__ = ["OutputFormat", "base_name", "check_output_format", "output_format_of", "output_suffixes"]


@dataclass(frozen=True)
class OutputFormat:
    """How images are written under some suffixes.

    Attributes:
        suffixes: in small letters, with their points.
        write: ``(path, image, grid)``.
        needs: the module that writes it, of the extra ``io``; empty for NumPy.
        holds_complex: whether complex numbers can be written.
    """

    suffixes: tuple[str, ...]
    write: Callable[[Path, np.ndarray, Grid], None]
    needs: str = ""
    holds_complex: bool = True


_FORMATS = (
    OutputFormat((".npy",), write_npy),
    OutputFormat(TIFF.suffixes, write_pages, "tifffile", holds_complex=False),
    OutputFormat((".nii", ".nii.gz"), write_nifti, "nibabel"),
    OutputFormat((".mat",), write_mat, "scipy.io"),
    OutputFormat((".h5", ".hdf5"), write_hdf5, "h5py"),
)


def output_suffixes() -> list[str]:
    """All suffixes, as messages list them."""
    return [suffix for row in _FORMATS for suffix in row.suffixes]


def output_format_of(path: Path) -> OutputFormat:
    """The format that the suffix of ``path`` stands for.

    Raises:
        ImageFileError: it stands for none.
    """
    for row in _FORMATS:
        if path.name.lower().endswith(row.suffixes):
            return row
    raise ImageFileError(
        f"`output` must end like an image or a volume, got {str(path)!r}; use one of {', '.join(output_suffixes())}."
    )


def check_output_format(path: Path) -> None:
    """Refuse a name that no format has, and a format whose library is missing.

    Raises:
        ImageFileError: the suffix is unknown.
        MissingDependency: the ``io`` extra is needed.
    """
    needs = output_format_of(path).needs
    if needs:
        _optional.require(needs, "io", f"writing {path.name}")


def base_name(path: Path) -> str:
    """The name of ``path`` without the suffix of its format: ``head`` of ``head.nii.gz``."""
    lower = path.name.lower()
    longest = max((suffix for suffix in output_format_of(path).suffixes if lower.endswith(suffix)), key=len)
    return path.name[: -len(longest)]
