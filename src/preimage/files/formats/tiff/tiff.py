"""TIFF (TIFF 6.0, Adobe, 1992), by Pillow where it decodes the samples as they are, else by tifffile."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from preimage._worker import Worker
from preimage.errors import MissingDependency, PreimageError
from preimage.files.formats.checks import check_whole
from preimage.files.formats.format import Format, Header, Holds, StackFormat
from preimage.files.formats.pillow import decode, image_header
from preimage.files.formats.tiff.create import TIFF_TYPES, create_tiff
from preimage.files.formats.tiff.metadata import fit_tiff, read_tiff_metadata
from preimage.files.formats.tiff.pages import tiff_pictures
from preimage.files.formats.tiff.reading import deep_header, read_deep_tiff, read_part
from preimage.files.formats.tiff.stack import SUFFIXES, is_tiff_folder, tiff_arrays
from preimage.files.formats.tiff.whole import missing_of_tiff
from preimage.files.formats.tiff.writing import write_tiff
from preimage.files.region import Region
from preimage.files.samples.samples import Samples

__all__ = ["TIFF"]

_MARKS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
# Samples of a colour, where there are several: RGB, CMYK, YCbCr, Lab.
_COLOURS = {2: 3, 5: 4, 6: 3, 8: 3}
_GREY_OR_RGB = (0, 1, 2)
_WITHOUT_LOSS = ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits")


def _open(path: Path) -> Any:
    return _unturned_tiff()(path)


@cache
def _unturned_tiff() -> Any:
    """Pillow's TIFF reader, for pictures as stored: it turns them by their orientation tag, and only TIFF ones."""
    from PIL.TiffImagePlugin import TiffImageFile

    class StoredTiff(TiffImageFile, Worker):
        def _setup(self) -> None:
            self.tag_v2.pop(274, None)
            super()._setup()

        def load_end(self) -> None:
            """Where the turn is done."""

    return StoredTiff


def _header(path: Path) -> Header:
    check_whole(path, missing_of_tiff)
    try:
        with _open(path) as image:
            pictures, left_out = tiff_pictures(image)
            if _is_deep(image):
                return replace(_deep_header_of(image), pictures=pictures, left_out=left_out)
            return image_header(image, pictures, left_out)
    except PreimageError:
        raise
    except Exception:  # decoders raise errors of every kind on what they do not know
        return deep_header(path)


def _deep_header_of(image: Any) -> Header:
    """What the tags of an image tell whose samples Pillow does not decode."""
    tags = image.tag_v2
    bits, kind = max(tags.get(258, (1,))), {2: "i", 3: "f"}.get(max(tags.get(339, (1,))), "u")
    width = next((each for each in (8, 16, 32, 64) if bits <= each), 64)
    shape = (image.height, image.width, tags.get(277, 1))
    return Header(shape, np.dtype(f"{kind}{width // 8}"), bits=bits if kind == "u" and bits < width else None)


def _read(path: Path) -> Samples:
    if _is_for_tifffile(path):
        return read_deep_tiff(path)
    with _open(path) as image:
        return decode(image, path, "TIFF", lambda: read_tiff_metadata(path))


def _read_region(path: Path, region: Region) -> Samples:
    """The part alone, where tifffile decodes the samples that the whole picture would have."""
    if _is_for_tifffile(path):
        return read_part(path, region)
    try:
        with _open(path) as image:
            if _is_plain(image):
                return read_part(path, region)
    except MissingDependency:
        pass  # Pillow reads all of it
    return _read(path).cut(region)


def _is_plain(image: Any) -> bool:
    """Whether Pillow and tifffile decode the same: 8 bits of grey or RGB alone, without loss."""
    tags = image.tag_v2
    colours = tags.get(262, 1)
    return (
        image.info.get("compression") in _WITHOUT_LOSS
        and set(tags.get(258, (1,))) == {8}
        and colours in _GREY_OR_RGB
        and tags.get(277, 1) == _COLOURS.get(colours, 1)
    )


def _is_for_tifffile(path: Path) -> bool:
    """Whether Pillow does not know the file, or would not decode its samples as they are."""
    try:
        with _open(path) as image:
            tiff_pictures(image)
            return _is_deep(image)
    except Exception:  # as above
        return True


def _is_deep(image: Any) -> bool:
    """Whether Pillow would not decode the samples as they are: deep ones, bands, transparency multiplied in."""
    tags = image.tag_v2
    behind = tags.get(277, 1) - _COLOURS.get(tags.get(262, 1), 1)
    is_clear = behind == 1 and tags.get(338, (0,)) in ((2,), (999,))  # 999 is Corel's number for transparency
    plain = behind <= 0 or is_clear
    return max(tags.get(258, (1,))) > 8 or max(tags.get(339, (1,))) > 1 or not plain


TIFF = Format(
    "TIFF",
    SUFFIXES,
    lambda head: head[:4] in _MARKS,
    _header,
    _read,
    write_tiff,
    Holds(bits=None, longest=2**32 - 1, bands=True),
    _read_region,
    read_tiff_metadata,
    fit_tiff,
    stacks=StackFormat(tiff_arrays, create_tiff, TIFF_TYPES, axes=(2, 32), is_folder=is_tiff_folder, needs="tifffile"),
)
