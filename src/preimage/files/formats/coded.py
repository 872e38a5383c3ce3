"""JPEG XL and AVIF, by imagecodecs: read, and written without loss."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional
from preimage.errors import ImageFileError
from preimage.files.formats.array_format import array_format
from preimage.files.formats.format import StackFormat
from preimage.files.formats.whole import creating_picture
from preimage.files.stacks.layout import Layout, layout_of
from preimage.files.stacks.stored import StoredArray, held_array, reading

__all__ = ["AVIF", "JPEG_XL", "avif_arrays", "jpeg_xl_arrays"]

_MOST_BITS = 12  # of AVIF


def _codecs() -> Any:
    return _optional.require("imagecodecs", "io", "JPEG XL and AVIF files")


def jpeg_xl_arrays(path: Path) -> list[StoredArray]:
    """The picture of a JPEG XL file.

    Raises:
        ImageFileError: the file is damaged.
        MissingDependency: the ``io`` extra is needed.
    """
    return _decoded(path, _codecs().jpegxl_decode)


def avif_arrays(path: Path) -> list[StoredArray]:
    """The picture of an AVIF file; one of 10 bits has values up to 1023.

    Raises:
        ImageFileError: the file is damaged.
        MissingDependency: the ``io`` extra is needed.
    """
    return _decoded(path, _codecs().avif_decode)


def _decoded(path: Path, decode: Callable[[bytes], np.ndarray]) -> list[StoredArray]:
    with reading(path):
        values = np.asarray(decode(path.read_bytes()))
        if values.ndim not in (2, 3) or values.dtype.kind not in "uf":
            raise ValueError(f"it holds {values.shape} of {values.dtype}, which is not one picture")
        layout = layout_of(values.shape, values.dtype, "YX" if values.ndim == 2 else "YXS")
        return [held_array(path, "", values, layout)]


def _check(path: Path, values: np.ndarray, decoded: np.ndarray) -> None:
    """Codecs are not without loss by every name that says so: what was written is decoded and compared."""
    if decoded.dtype != values.dtype or not np.array_equal(decoded.reshape(values.shape), values, equal_nan=True):
        raise ImageFileError(f"{path.name} would not hold the values without loss; write .tif.")


def _write_jpeg_xl(path: Path, values: np.ndarray, layout: Layout) -> None:
    """Without loss by name: a distance of 0 is not (imagecodecs 2026.3)."""
    data = _codecs().jpegxl_encode(np.ascontiguousarray(values), lossless=True)
    # Compared as bytes for floats, where -0.0 and 0.0 are two values.
    _check(path, values, np.asarray(_codecs().jpegxl_decode(data)))
    path.write_bytes(data)


def _write_avif(path: Path, values: np.ndarray, layout: Layout) -> None:
    """8 bits, or 10 or 12 by the largest value."""
    top = int(values.max())
    if top >= 1 << _MOST_BITS:
        raise ImageFileError(f"AVIF holds {_MOST_BITS} bits a sample at most, got {top}; write .jxl or .tif.")
    bits = 8 if values.dtype == np.uint8 else 10 if top < 1 << 10 else _MOST_BITS
    data = _codecs().avif_encode(np.ascontiguousarray(values), level=100, bitspersample=bits)
    _check(path, values, np.asarray(_codecs().avif_decode(data)))
    path.write_bytes(data)


def _is_jpeg_xl(head: bytes) -> bool:
    return head.startswith((b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n"))


def _is_avif(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and (head[8:12] in (b"avif", b"avis") or b"avif" in head[16 : head[3]])


JPEG_XL = array_format(
    "JPEG XL",
    (".jxl",),
    _is_jpeg_xl,
    StackFormat(
        jpeg_xl_arrays, creating_picture("JPEG XL", _write_jpeg_xl),
        ("uint8", "uint16", "float16", "float32"), axes=(2, 3), needs="imagecodecs",
    ),
)  # fmt: skip
AVIF = array_format(
    "AVIF",
    (".avif",),
    _is_avif,
    StackFormat(
        avif_arrays, creating_picture("AVIF", _write_avif), ("uint8", "uint16"),
        axes=(2, 3), needs="imagecodecs",
    ),
)  # fmt: skip
