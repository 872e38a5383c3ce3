"""The formats of files that preimage reads and writes: one row for each."""

from collections.abc import Iterable
from pathlib import Path

from preimage.files.formats.bmp import BMP
from preimage.files.formats.checks import first_bytes
from preimage.files.formats.coded import AVIF, JPEG_XL
from preimage.files.formats.dicom.dicom import DICOM
from preimage.files.formats.exr import EXR
from preimage.files.formats.fits import FITS
from preimage.files.formats.format import Format
from preimage.files.formats.hdf5 import HDF5
from preimage.files.formats.jpeg import JPEG
from preimage.files.formats.mat import MAT
from preimage.files.formats.mrc import MRC
from preimage.files.formats.nifti import NIFTI
from preimage.files.formats.npy import NPY
from preimage.files.formats.npz import NPZ
from preimage.files.formats.png import PNG
from preimage.files.formats.raw import RAW
from preimage.files.formats.tiff.tiff import TIFF
from preimage.files.formats.webp import WEBP
from preimage.files.formats.zarr import ZARR

__all__ = [
    "FORMATS",
    "array_formats",
    "by_content",
    "by_file",
    "by_suffix",
    "picture_formats",
    "stack_formats",
    "suffixes",
    "titles",
]

FORMATS: tuple[Format, ...] = (
    PNG, JPEG, TIFF, WEBP, BMP, NPY, MAT, NPZ, HDF5, NIFTI, DICOM, ZARR, MRC, FITS, EXR, JPEG_XL, AVIF, RAW,
)  # fmt: skip
"""Every format, in the order in which messages name them. The functions below are the only ones that read it."""


def picture_formats() -> tuple[Format, ...]:
    """The formats of pictures."""
    return tuple(format for format in FORMATS if format.is_picture)


def array_formats() -> tuple[Format, ...]:
    """The formats of arrays of numbers, which are no pictures."""
    return tuple(format for format in FORMATS if not format.is_picture)


def by_suffix(path: Path) -> Format | None:
    """The format for which the suffix of ``path`` stands, whatever is in the file."""
    name = path.name.lower()
    return next((format for format in FORMATS if name.endswith(format.suffixes)), None)


def by_content(head: bytes) -> Format | None:
    """The format of a file that begins with ``head``, its first 512 bytes."""
    return next((format for format in FORMATS if not format.by_name and format.sniff(head)), None)


def by_file(path: Path) -> Format | None:
    """The format of a file by its content, or of a folder that is one array.

    Raises:
        ImageFileError: there is no such file, or it cannot be read.
    """
    if path.is_dir():
        return next((each for each in FORMATS if each.stacks is not None and each.stacks.is_folder(path)), None)
    head, named = first_bytes(path), by_suffix(path)
    return named if named is not None and named.by_name and named.sniff(head) else by_content(head)


def stack_formats() -> tuple[Format, ...]:
    """The formats of arrays with named axes."""
    return tuple(format for format in FORMATS if format.stacks is not None)


def suffixes(formats: Iterable[Format] | None = None) -> list[str]:
    """The suffixes of ``formats``, by default those of pictures, in alphabetical order."""
    return sorted(suffix for format in formats or picture_formats() for suffix in format.suffixes)


def titles(formats: Iterable[Format] | None = None, last: str = "or") -> str:
    """``"PNG, JPEG, TIFF, WebP or BMP"``: the names of ``formats``, by default those of pictures."""
    names = [format.title or format.name for format in formats or picture_formats()]
    return f" {last} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
