"""Stacks of TIFF pages: one file of several, or a folder of files in the order of the numbers in their names."""

import re
from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional
from preimage.errors import ImageFileError
from preimage.files.formats.checks import check_whole
from preimage.files.formats.tiff.tiff import TIFF
from preimage.files.formats.tiff.whole import missing_of_tiff
from preimage.files.stacks.stored import StoredArray, damaged

__all__ = ["folder_pages", "tiff_arrays"]


def folder_pages(folder: Path) -> list[Path]:
    """The TIFF files of a folder, ``a2.tif`` before ``a10.tif``.

    Raises:
        ImageFileError: there is none.
    """
    pages = [p for p in folder.iterdir() if p.suffix.lower() in TIFF.suffixes and p.is_file() and p.name[0] != "."]
    if not pages:
        raise ImageFileError(f"`input` must be a file or a folder of TIFF files, got {folder} without any.")
    return sorted(pages, key=_natural)


def tiff_arrays(path: Path) -> list[StoredArray]:
    """The pages of a file or folder as one array, (pages, rows, columns), or (rows, columns) of a single page.

    Raises:
        ImageFileError: a page is damaged, has colours, or another size than the first.
        MissingDependency: the ``io`` extra is needed.
    """
    _optional.require("tifffile", "io", "reading TIFF stacks")
    if not path.is_dir():
        shape, dtype = _shape(path)
        return [StoredArray("", shape, dtype, lambda: _pages(path, shape))]
    files = folder_pages(path)
    shape, dtype = _shape(files[0])
    if len(shape) != 2:
        raise ImageFileError(f"`input` must be a folder of single pages, got {files[0]} with pages {shape}.")
    if len(files) == 1:
        return [StoredArray("", shape, dtype, lambda: _pages(files[0], shape))]
    return [StoredArray("", (len(files), *shape), dtype, lambda: np.stack([_pages(file, shape) for file in files]))]


def _natural(path: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path.name) if part]


def _shape(path: Path) -> tuple[tuple[int, ...], np.dtype]:
    """Of all pages together, told by every page."""
    tifffile = _optional.require("tifffile", "io", "reading TIFF stacks")
    check_whole(path, missing_of_tiff)
    try:
        with tifffile.TiffFile(path) as file:
            if len(file.pages) > 1:
                pages = [_of_page(page) for page in file.pages]
                if len(set(pages)) != 1:
                    raise ImageFileError(f"`input` must have pages of one size and type, got {path} with {set(pages)}.")
                (height, width), dtype = pages[0]
                return (len(pages), height, width), np.dtype(dtype)
            series = file.series[0]  # one page may hold a whole stack, as ImageJ's and tifffile's do
            colours = file.pages[0].photometric
            if int(colours) not in (0, 1) or len(series.shape) not in (2, 3):
                raise ImageFileError(f"`input` must have grey pages, got {path} of shape {series.shape}.")
            return tuple(series.shape), np.dtype(series.dtype)
    except ImageFileError:
        raise
    except Exception as error:  # decoders raise errors of every kind
        raise damaged(path, error) from error


def _of_page(page: Any) -> tuple[tuple[int, int], str]:
    if page.samplesperpixel != 1 or int(page.photometric) not in (0, 1):
        raise ImageFileError("`input` must have grey pages, got colours; take one of them.")
    return (page.imagelength, page.imagewidth), str(page.dtype)


def _pages(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    tifffile = _optional.require("tifffile", "io", "reading TIFF stacks")
    try:
        with tifffile.TiffFile(path) as file:
            if len(file.pages) > 1:
                values = np.stack([page.asarray() for page in file.pages])
            else:
                values = file.series[0].asarray()
    except Exception as error:  # as above
        raise damaged(path, error) from error
    if values.shape != shape:
        raise ImageFileError(f"`input` must be pages of one size, got {path} of {values.shape}, not {shape}.")
    return values
