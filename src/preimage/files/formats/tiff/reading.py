"""Reading TIFF samples of more than 8 bits, which Pillow knows in grey only, and parts of large files."""

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional
from preimage.errors import ImageFileError
from preimage.files.formats.format import Header
from preimage.files.formats.tiff.gaps import has_gaps, with_gaps
from preimage.files.formats.tiff.metadata import read_tiff_metadata
from preimage.files.formats.tiff.pages import slices_told
from preimage.files.region import Region
from preimage.files.samples.samples import Samples

__all__ = ["deep_header", "part_of_page", "read_deep_tiff", "read_part"]

_KINDS = ("uint8", "uint16", "uint32", "int8", "int16", "int32", "float16", "float32", "float64")
_PHOTOMETRIC = {0: 1, 1: 1, 2: 3}  # white is zero, black is zero, RGB: samples of a colour


def deep_header(path: Path) -> Header:
    """The header of the first page."""
    with _open(path) as file:
        page = file.pages[0]
        shape = (int(page.imagelength), int(page.imagewidth), int(page.samplesperpixel))
        dtype = np.dtype(np.uint8 if page.dtype is None else page.dtype)
        return Header(shape, dtype, bits=_fewer_bits(page, dtype))


def read_deep_tiff(path: Path) -> Samples:
    """The samples of the only full-size picture in the file.

    Raises:
        ImageFileError: several pictures, or samples that are no integers of up to 32 bits or floats.
    """
    with _open(path) as file:
        page = _only_page(file, path)
        rows, columns = slice(0, int(page.imagelength)), slice(0, int(page.imagewidth))
        samples = _part(file, page, rows, columns) if has_gaps(page) else page.asarray()
        return _split(page, _of_pixels(page, samples), path)


def read_part(path: Path, region: Region) -> Samples:
    """The samples of a part of the only full-size picture: only what holds some of it is read and decoded.

    Raises:
        ImageFileError: see :func:`read_deep_tiff`.
        ArgumentError: the part lies outside the picture.
    """
    with _open(path) as file:
        page = _only_page(file, path)
        size = (int(page.imagelength), int(page.imagewidth))
        box = region.slices(size)
        rows, columns = (*box, *(slice(0, length) for length in size[len(box) :]))
        return _split(page, _of_pixels(page, _part(file, page, rows, columns)), path)


def part_of_page(file: Any, page: Any, box: tuple[slice, ...]) -> np.ndarray:
    """What of a page of ``file`` is within a box of its axes, which are rows and columns, or samples and these."""
    if str(page.axes) not in ("YX", "YXS") or page.jpegtables is not None or 0 in page.databytecounts:
        return page.asarray()[box]
    part = _part(file, page, box[0], box[1])
    return part.reshape(part.shape[:2]) if len(box) == 2 else part[..., box[2]]


def _part(file: Any, page: Any, rows: slice, columns: slice) -> np.ndarray:
    """Rows and columns of a page; its samples behind, or in front where it has planes of them."""
    planar = int(page.planarconfig) == 2 and int(page.samplesperpixel) > 1
    if page.is_memmappable:
        whole = page.asarray(out="memmap")
        samples = np.array(whole[:, rows, columns] if planar else whole[rows, columns])
    else:
        samples = _assembled(file, page, rows, columns)
    return samples.astype(page.dtype, copy=False)


def _assembled(file: Any, page: Any, rows: slice, columns: slice) -> np.ndarray:
    """A part of the picture, (H, W, C) or planes (C, H, W), put together from its strips or tiles."""
    planes = int(page.samplesperpixel) if int(page.planarconfig) == 2 else 1
    size = (rows.stop - rows.start, columns.stop - columns.start)
    out = np.zeros((planes, *size, int(page.samplesperpixel) // planes), page.dtype)
    for plane, top, left, block in _segments(file, page, rows, columns):
        down = slice(max(top, rows.start), min(top + block.shape[0], rows.stop))
        across = slice(max(left, columns.start), min(left + block.shape[1], columns.stop))
        part = block[down.start - top : down.stop - top, across.start - left : across.stop - left]
        out[
            plane,
            down.start - rows.start : down.stop - rows.start,
            across.start - columns.start : across.stop - columns.start,
        ] = part
    return out[..., 0] if planes > 1 else out[0]


def _segments(file: Any, page: Any, rows: slice, columns: slice) -> Iterator[tuple[int, int, int, np.ndarray]]:
    """Plane, first row, first column and samples (H, W, C) of each strip or tile that meets the rows and columns."""
    height, width = int(page.imagelength), int(page.imagewidth)
    down, across = (page.tilelength, page.tilewidth) if page.is_tiled else (min(page.rowsperstrip, height), width)
    per_column, per_row = -(-height // down), -(-width // across)
    planes = int(page.samplesperpixel) if int(page.planarconfig) == 2 else 1
    for plane in range(planes):
        for at_row in range(rows.start // down, -(-rows.stop // down)):
            for at_column in range(columns.start // across, -(-columns.stop // across)):
                index = (plane * per_column + at_row) * per_row + at_column
                file.filehandle.seek(page.dataoffsets[index])
                data = file.filehandle.read(page.databytecounts[index])
                block = page.decode(data, index)[0]
                block = with_gaps(page, data, block) if has_gaps(page) else block
                yield plane, at_row * down, at_column * across, block.reshape(block.shape[-3:])


def _only_page(file: Any, path: Path) -> Any:
    pictures = [page for page in file.pages if not page.is_reduced]
    told = [slices_told(page.description, page.size, page.imagedepth) for page in pictures]
    count = max([len(pictures), *told])
    if count != 1:
        raise ImageFileError(f"`input` must hold one picture, got {count} in {path}; split the file first.")
    page = pictures[0]
    if str(page.dtype) not in _KINDS or int(page.photometric) not in _PHOTOMETRIC:
        raise ImageFileError(
            f"`input` must be grey or RGB with integers of up to 32 bits or floats, got samples of type "
            f"{page.dtype} and colour model {_name(page.photometric)} in {path}; convert it first."
        )
    return page


def _of_pixels(page: Any, samples: np.ndarray) -> np.ndarray:
    """``samples`` as (H, W, C), black is zero."""
    if int(page.planarconfig) == 2 and samples.ndim == 3:
        samples = np.moveaxis(samples, 0, -1)
    if int(page.photometric) == 0:
        samples = 1 - samples if samples.dtype.kind == "f" else ~samples
    return samples.reshape(*samples.shape[:2], -1)


def _split(page: Any, samples: np.ndarray, path: Path) -> Samples:
    """Samples (H, W, C) as colour, bands and transparency."""
    behind = samples.shape[2] - _PHOTOMETRIC[int(page.photometric)]
    told = tuple(int(kind) for kind in page.extrasamples)
    extras = (0,) * (behind - len(told)) + told[:behind]
    metadata, bits = read_tiff_metadata(path), _fewer_bits(page, samples.dtype)
    clear = [index for index, kind in enumerate(extras) if kind in (1, 2)]
    if not clear:
        return Samples("TIFF", samples, metadata=metadata, extras=tuple(0 for _ in extras), bits=bits)
    if len(clear) > 1:
        raise ImageFileError(f"`input` must have one transparency, got {len(clear)} in {path}; take the others out.")
    at = samples.shape[2] - len(extras) + clear[0]
    kinds = tuple(kind if kind in (1, 2) else 0 for kind in extras)
    colour, alpha = np.delete(samples, at, 2), np.ascontiguousarray(samples[..., at])
    return Samples("TIFF", colour, alpha, metadata=metadata, extras=kinds, bits=bits)


def _fewer_bits(page: Any, dtype: np.dtype) -> int | None:
    bits = int(page.bitspersample)
    return bits if dtype.kind == "u" and bits < 8 * dtype.itemsize else None


def _name(photometric: Any) -> str:
    return photometric.name if isinstance(photometric, Enum) else str(photometric)


def _open(path: Path) -> Any:
    tifffile = _optional.require("tifffile", "io", "reading 16-bit and float TIFF files")
    return tifffile.TiffFile(path)
