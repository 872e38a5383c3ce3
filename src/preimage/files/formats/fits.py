"""FITS: images and cubes of telescopes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional
from preimage.files.formats.array_format import array_format
from preimage.files.formats.format import Put, StackFormat
from preimage.files.stacks.layout import Layout, layout_of
from preimage.files.stacks.scaling import scaled, scaled_type
from preimage.files.stacks.stored import Box, StoredArray, reading

__all__ = ["FITS", "fits_arrays"]

_BLOCK = 2880
_BITPIX = {"u1": 8, "i2": 16, "i4": 32, "i8": 64, "f4": -32, "f8": -64}
_TYPES = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64")


def fits_arrays(path: Path) -> list[StoredArray]:
    """The images of a file, by their names or numbers: values are ``BSCALE * stored + BZERO``.

    Values called ``BLANK`` become NaN, so that integers become floats; what was quantised in packing is told.

    Raises:
        ImageFileError: the file is damaged, or holds no image.
        MissingDependency: the ``io`` extra is needed.
    """
    fits = _optional.require("astropy.io.fits", "io", "reading FITS files")
    found = []
    with reading(path), _opened(fits, path) as file:
        for at, unit in enumerate(file):
            if unit.is_image and unit.header.get("NAXIS", 0) > 0 and 0 not in unit.shape:
                found.append(_array(fits, path, at, unit))
    return [_alone(found[0])] if len(found) == 1 else found


def _alone(array: StoredArray) -> StoredArray:
    return StoredArray(array.path, "", array.layout, array.take)


@contextmanager
def _opened(fits: Any, path: Path) -> Iterator[Any]:
    """The file, closed also where astropy finds it damaged, which leaves files open (8.0)."""
    with (
        path.open("rb") as raw,
        fits.open(raw, mode="readonly", memmap=True, do_not_scale_image_data=True, ignore_missing_end=False) as file,
    ):
        yield file


def _array(fits: Any, path: Path, at: int, unit: Any) -> StoredArray:
    header, packed = unit.header, isinstance(unit, fits.CompImageHDU)
    # Packed floats are unpacked by astropy, with scales of their own.
    slope, zero = (1.0, 0.0) if packed and header["BITPIX"] < 0 else (
        float(header.get("BSCALE", 1.0)), float(header.get("BZERO", 0.0))
    )  # fmt: skip
    kinds = {bits: np.dtype(name) for name, bits in _BITPIX.items()}
    if header["BITPIX"] not in kinds:
        raise ValueError(f"its values have {header['BITPIX']} bits")
    stored = kinds[header["BITPIX"]]
    blank = header.get("BLANK") if stored.kind in "iu" else None
    dtype = _type_of(stored, slope, zero)
    if blank is not None:
        dtype = np.dtype(np.float32 if stored.itemsize <= 2 else np.float64)
    notes = ("floats were quantised when the file was packed",) if packed and stored.kind == "f" else ()
    notes += ("values that are BLANK are NaN",) if blank is not None else ()
    layout = layout_of(unit.shape, dtype, value_unit=str(header.get("BUNIT", "")), notes=notes)

    def take(box: Box) -> np.ndarray:
        with _opened(fits, path) as file:
            raw = np.asarray(file[at].section[box])
        values = _unsigned(raw, zero, dtype) if (slope, dtype.kind) == (1.0, "u") and zero else (
            scaled(raw, slope, zero, dtype)
        )  # fmt: skip
        return values if blank is None else np.where(raw == blank, np.nan, values).astype(dtype)

    return StoredArray(path, f"{unit.name or 'image'} {at}", layout, take)


def _type_of(stored: np.dtype, slope: float, zero: float) -> np.dtype:
    """That of unsigned integers where ``zero`` says that they are."""
    if slope == 1.0 and stored.kind == "i" and zero == 2.0 ** (8 * stored.itemsize - 1):
        return np.dtype(f"u{stored.itemsize}")
    if slope == 1.0 and stored == np.uint8 and zero == -128:
        return np.dtype(np.int8)
    return scaled_type(stored, slope, zero)


def _unsigned(raw: np.ndarray, zero: float, dtype: np.dtype) -> np.ndarray:
    """Integers of which the highest bit was turned round, exactly also for 64 bits."""
    native = raw.astype(f"i{dtype.itemsize}")
    return native.view(dtype) ^ dtype.type(1 << (8 * dtype.itemsize - 1))


@contextmanager
def _create(path: Path, layout: Layout) -> Iterator[Put]:
    """A primary image without packing, mapped; unsigned integers by ``BZERO``, as all readers know them."""
    fits = _optional.require("astropy.io.fits", "io", "writing FITS files")
    dtype = layout.dtype
    turned = dtype.name in ("uint16", "uint32", "uint64", "int8")
    stored = np.dtype("u1" if dtype.name == "int8" else f"i{dtype.itemsize}" if turned else dtype)
    header = fits.Header()
    cards: list[tuple[str, Any]] = [("SIMPLE", True), ("BITPIX", _BITPIX[f"{stored.kind}{stored.itemsize}"])]
    cards += [("NAXIS", len(layout.shape))]
    cards += [(f"NAXIS{at}", length) for at, length in enumerate(reversed(layout.shape), 1)]
    if turned:
        cards += [("BSCALE", 1), ("BZERO", -128 if dtype.name == "int8" else 1 << (8 * dtype.itemsize - 1))]
    if layout.value_unit:
        cards += [("BUNIT", layout.value_unit)]
    header.extend(cards, strip=False)
    text = header.tostring(padding=True).encode("ascii")
    with path.open("wb") as file:
        file.write(text)
        file.truncate(len(text) + -(-layout.nbytes // _BLOCK) * _BLOCK)
    values = np.memmap(path, stored.newbyteorder(">"), "r+", len(text), layout.shape)

    def put(index: tuple[int, ...], plane: np.ndarray) -> None:
        if turned:
            bits = np.dtype(f"u{dtype.itemsize}")
            unsigned = plane.view(bits) ^ bits.type(1 << (8 * bits.itemsize - 1))
            plane = unsigned.view(stored)
        values[index] = plane

    yield put
    values.flush()


FITS = array_format(
    "FITS",
    (".fits", ".fit", ".fts"),
    lambda head: head.startswith(b"SIMPLE  ="),
    StackFormat(fits_arrays, _create, _TYPES, axes=(1, 32), usual=("PRIMARY 0",), needs="astropy.io.fits"),
)
