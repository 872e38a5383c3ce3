"""Stacks in TIFF files: ImageJ's hyperstacks, OME-TIFF, plain pages, and folders of files ordered by their numbers."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional
from preimage.errors import ImageFileError
from preimage.files.formats.checks import check_whole
from preimage.files.formats.tiff.reading import part_of_page
from preimage.files.formats.tiff.scales import ome_channels, scales_of
from preimage.files.formats.tiff.whole import missing_of_tiff
from preimage.files.stacks.layout import layout_of
from preimage.files.stacks.stored import Box, StoredArray, reading

__all__ = ["SUFFIXES", "folder_pages", "is_tiff_folder", "tiff_arrays"]

SUFFIXES = (".tif", ".tiff")
_FREE = "ZTC"
_NAMED = 5  # pages in a note


def folder_pages(folder: Path) -> list[Path]:
    """The TIFF files of a folder, ``a2.tif`` before ``a10.tif``.

    Raises:
        ImageFileError: there is none.
    """
    pages = [p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file() and p.name[0] != "."]
    if not pages:
        raise ImageFileError(f"`input` must be a file or a folder of TIFF files, got {folder} without any.")
    return sorted(pages, key=_natural)


def is_tiff_folder(folder: Path) -> bool:
    """Whether there are TIFF files in ``folder``."""
    return any(p.suffix.lower() in SUFFIXES and p.is_file() and p.name[0] != "." for p in folder.iterdir())


def tiff_arrays(path: Path) -> list[StoredArray]:
    """The series of a file, or the pages of a folder as one array.

    Axes are those that ImageJ, OME or tifffile noted; without a note pages are planes. Values are as stored, also where
    white is zero. Reduced copies of pyramids are left out.

    Raises:
        ImageFileError: a page is damaged, or of another size than the first of a folder.
        MissingDependency: the ``io`` extra is needed.
    """
    _optional.require("tifffile", "io", "reading TIFF stacks")
    if not path.is_dir():
        return _of_file(path)
    files = folder_pages(path)
    (first, *_) = _of_file(files[0])
    if len(first.shape) - first.axes.endswith("S") != 2:
        raise ImageFileError(f"`input` must be a folder of single pages, got {files[0]} with pages {first.shape}.")
    return [first] if len(files) == 1 else [_stacked(path, first, len(files), lambda at: _of_file(files[at])[0])]


def _stacked(path: Path, first: StoredArray, count: int, page: Callable[[int], StoredArray]) -> StoredArray:
    """So many pages like the first as planes."""
    layout = first.layout

    def take(box: Box) -> np.ndarray:
        pages = [page(at) for at in range(box[0].start, box[0].stop)]
        for one in pages:
            if one.shape != layout.shape or one.dtype != layout.dtype:
                raise ImageFileError(
                    f"`input` must be pages of one size, got {one.path} of {one.shape}, not {layout.shape}."
                )
        return np.stack([one.take(box[1:]) for one in pages])

    return StoredArray(path, "", layout.stacked(count, "Z"), take)


def _natural(path: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path.name) if part]


def _of_file(path: Path) -> list[StoredArray]:
    tifffile = _optional.require("tifffile", "io", "reading TIFF stacks")
    check_whole(path, missing_of_tiff)
    with reading(path), tifffile.TiffFile(path) as file:
        is_ome = bool(file.is_ome)
        series = {index: one for index, one in enumerate(file.series) if not one.keyframe.is_reduced}
        found = [_array(path, file, one, index, len(series) == 1) for index, one in series.items()]
    if not found:
        raise ImageFileError(f"`input` must hold pages, got {path} without any; get it again.")
    first = found[0].layout
    are_pages = len({(one.shape, one.dtype, one.axes) for one in found}) == 1 and not set(first.axes) - set("YXS")
    if len(found) > 1 and are_pages and not is_ome:  # written one by one
        return [_stacked(path, found[0], len(found), lambda at: found[at])]
    return found


def _array(path: Path, file: Any, series: Any, index: int, is_alone: bool) -> StoredArray:
    dtype = np.dtype(series.dtype)
    if dtype.kind not in "fiubc":
        raise ValueError(f"its samples are of type {series.dtype}")
    axes, shape = str(series.axes), tuple(int(length) for length in series.shape)
    taker = _taker(path, index)
    if "S" in axes and not axes.endswith("S"):  # planes of colours
        at = axes.index("S")
        axes, shape, taker = axes.replace("S", "") + "S", (*shape[:at], *shape[at + 1 :], shape[at]), _moved(taker, at)
    letters = _known(axes)
    spacing, units, notes = scales_of(file, index)
    about = {"channels": channels} if (channels := ome_channels(file, index)) else {}
    notes = (*notes, *_left_out(series))
    layout = layout_of(shape, dtype, letters, spacing, units, metadata=about, notes=notes)
    return StoredArray(path, "" if is_alone else str(index), layout, taker)


def _left_out(series: Any) -> list[str]:
    """A note of pages between those of a series, which are of another size or type."""
    if series.kind != "generic":  # of others a note in the file says which pages they have
        return []
    own = {page.index for page in series.pages if page is not None and isinstance(page.index, int)}
    between = sorted(set(range(min(own, default=0), max(own, default=0))) - own)
    which = ", ".join(str(page + 1) for page in between[:_NAMED]) + (" and others" if len(between) > _NAMED else "")
    return [f"left out, because they are of another size or type: pages {which}"] if between else []


def _known(axes: str) -> str:
    """Letters of which nothing is known, as planes, times and channels; small letters where these are taken."""
    free = [letter for letter in _FREE if letter not in axes]
    small = iter("abcdefghijklmnopqr")
    found = []
    for letter in reversed(axes):
        known = letter in "TZCYXS" and letter not in found
        found.append(letter if known else free.pop(0) if free else next(small))
    return "".join(reversed(found))


def _moved(take: Callable[[Box], np.ndarray], at: int) -> Callable[[Box], np.ndarray]:
    """With the axis ``at`` of the file behind all others."""

    def moved(box: Box) -> np.ndarray:
        return np.moveaxis(take((*box[:at], box[-1], *box[at:-1])), at, -1)

    return moved


def _taker(path: Path, index: int) -> Callable[[Box], np.ndarray]:
    tifffile = _optional.require("tifffile", "io", "reading TIFF stacks")

    def take(box: Box) -> np.ndarray:
        with tifffile.TiffFile(path) as file:
            series = file.series[index]
            shape = tuple(int(length) for length in series.shape)
            if series.dataoffset is not None and series.keyframe.is_memmappable:
                dtype = np.dtype(series.dtype).newbyteorder(file.byteorder)
                return np.array(np.memmap(path, dtype, "r", series.dataoffset, shape)[box])
            return _of_pages(file, series, shape, box)

    return take


def _of_pages(file: Any, series: Any, shape: tuple[int, ...], box: Box) -> np.ndarray:
    """The pages within ``box``, each only as far as it is in it; pages that an OME file lacks are zero."""
    inside = len(series.keyframe.shape)
    across, page_shape = len(shape) - inside, shape[len(shape) - inside :]
    if tuple(series.keyframe.shape) != page_shape:
        return series.asarray()[box]
    sizes = [part.stop - part.start for part in box]
    out = np.zeros(sizes, series.dtype)
    for target in np.ndindex(*sizes[:across]):
        source = [part.start + at for part, at in zip(box, target, strict=False)]
        page = series.pages[int(np.ravel_multi_index(source, shape[:across])) if across else 0]
        if page is not None:
            out[target] = part_of_page(file, page.aspage(), box[across:])
    return out
