"""NIfTI-1 and NIfTI-2, packed by gzip or not."""

import gzip
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional
from preimage.errors import ImageFileError
from preimage.files.formats.array_format import array_format
from preimage.files.formats.format import Put, StackFormat
from preimage.files.stacks.layout import Affine, Layout, layout_of
from preimage.files.stacks.scaling import scaled, scaled_type
from preimage.files.stacks.stored import Box, StoredArray, reading
from preimage.files.stacks.units import unit_of

__all__ = ["NIFTI", "nifti_arrays"]

_AXES = "CTZYX"  # the axes of a file are X, Y, Z, T and C, the fastest first
_TYPES = (
    "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64", "complex64",
    "complex128",
)  # fmt: skip
_UNITS = {"mm": "mm", "um": "micron", "m": "meter"}
_TIMES = {"s": "sec", "ms": "msec", "us": "usec"}
_GZIP = b"\x1f\x8b"


def _sniff(head: bytes) -> bool:
    if head[:2] == _GZIP:
        try:
            head = zlib.decompressobj(31).decompress(head, 400)
        except zlib.error:
            return False
    return head[344:348] == b"n+1\0" or head[4:8] == b"n+2\0"


def nifti_arrays(path: Path) -> list[StoredArray]:
    """The array of a file, its axes in C order (time, plane, row, column), its values scaled.

    nibabel tells no slope in the header once a file is open (5.4): it is that of the array proxy.

    Raises:
        ImageFileError: the file is damaged, or cut off.
        MissingDependency: the ``io`` extra is needed.
    """
    nibabel = _optional.require("nibabel", "io", "reading NIfTI files")
    with reading(path):
        # The image classes are named, because nibabel tells formats by suffixes.
        kind = nibabel.Nifti2Image if _head(path)[4:8] == b"n+2\0" else nibabel.Nifti1Image
        with _opener(path)(path, "rb") as file:
            header = kind.header_class.from_fileobj(file)
        stored, shape = header.get_data_dtype(), tuple(int(length) for length in header.get_data_shape())
        if stored.kind not in "fiuc":
            raise ValueError(f"its values are of type {stored}")
        if not shape or len(shape) > len(_AXES) or min(shape) < 1:
            raise ValueError(f"its shape is {shape}")
        offset, needed = int(header.get_data_offset()), int(np.prod(shape, dtype=object)) * stored.itemsize
        slope, intercept = (1.0 if part is None else float(part) for part in header.get_slope_inter())
        intercept = 0.0 if header.get_slope_inter()[1] is None else intercept
        if _opener(path) is open and path.stat().st_size < offset + needed:
            raise ValueError(f"{path.stat().st_size} bytes of {offset + needed} are there")
    dtype = scaled_type(np.dtype(stored).newbyteorder("="), slope, intercept)
    mapped = _mapped(path, stored, offset, shape)

    def take(box: Box) -> np.ndarray:
        return scaled(np.asarray(mapped()[box[::-1]]).T, slope, intercept, dtype)

    return [StoredArray(path, "", _layout(header, shape, dtype), take)]


def _head(path: Path) -> bytes:
    with _opener(path)(path, "rb") as file:
        return file.read(352)


def _opener(path: Path) -> Callable[..., Any]:
    with path.open("rb") as file:
        return gzip.open if file.read(2) == _GZIP else open


def _mapped(path: Path, stored: np.dtype, offset: int, shape: tuple[int, ...]) -> Callable[[], np.ndarray]:
    """Maps the stored values; those of a packed file are unpacked once, into a temporary file without a name."""

    @cache
    def values() -> np.ndarray:
        if _opener(path) is open:
            return np.memmap(path, stored, "r", offset, shape, "F")
        with tempfile.TemporaryFile() as whole:
            needed = offset + int(np.prod(shape, dtype=object)) * stored.itemsize
            with gzip.open(path, "rb") as packed:
                left = needed
                while left > 0:
                    block = packed.read(min(left, 1 << 22))
                    if not block:
                        raise ValueError(f"{needed - left} bytes of {needed} are there")
                    whole.write(block)
                    left -= len(block)
                packed.read(1)  # the end, where the checksum is
            whole.flush()
            return np.memmap(whole, stored, "r", offset, shape, "F")

    return values


def _layout(header: Any, shape: tuple[int, ...], dtype: np.dtype) -> Layout:
    axes = _AXES[len(_AXES) - len(shape) :]
    names = dict(zip(axes[::-1], (abs(float(zoom)) for zoom in header.get_zooms()), strict=False))
    space, time = (unit_of(text) if text != "unknown" else "" for text in header.get_xyzt_units())
    units = {**dict.fromkeys("ZYX", space), "T": time}
    spacing = {letter: step for letter, step in names.items() if letter in "ZYX" or (letter == "T" and time)}
    told = header["sform_code"] > 0 or header["qform_code"] > 0
    affine: Affine | None = None
    if told:
        affine = tuple(tuple(float(value) for value in row) for row in header.get_best_affine())
    text = bytes(header["descrip"]).rstrip(b"\0").decode("latin-1")
    about = {"description": text} if text else {}
    return layout_of(shape[::-1], dtype, axes, spacing, units, affine=affine, metadata=about)


@contextmanager
def _create(path: Path, layout: Layout) -> Iterator[Put]:
    """Values as they are, without slope; of a packed file they are written plain beside it first.

    Where the place of the image is not known, columns go to the right, rows to the back and planes upwards, with the
    middle of the image at the origin.
    """
    nibabel = _optional.require("nibabel", "io", "writing NIfTI files")
    letters = layout.axes.replace("S", "C") if "C" not in layout.axes else layout.axes
    if set(letters) - set(_AXES):
        raise ImageFileError(f"NIfTI cannot hold axes {layout.axes}; name them (--axes), or write .h5.")
    most = max(3, *(_AXES[::-1].index(letter) + 1 for letter in letters))
    shape = tuple(layout.shape[letters.index(c)] if c in letters else 1 for c in _AXES[::-1][:most])
    header = nibabel.Nifti1Header() if max(shape) < 2**15 else nibabel.Nifti2Header()
    header.set_data_dtype(layout.dtype)
    header.set_data_shape(shape)
    steps = [layout.step(letter) or 1.0 for letter in _AXES[::-1][:most]]
    header.set_zooms(steps)
    unit = layout.unit("X") or layout.unit("Z")
    header.set_xyzt_units(_UNITS.get(unit, "unknown"), _TIMES.get(layout.unit("T"), "unknown"))
    affine = _centred(shape, steps) if layout.affine is None else np.array(layout.affine)
    for place in (header.set_qform, header.set_sform):
        place(affine, code="scanner")
    header.set_slope_inter(1.0, 0.0)
    text = str(layout.metadata.get("description", ""))
    header["descrip"] = text.encode("latin-1", "replace")[:79]
    order = [letters.index(c) for c in _AXES[::-1][:most] if c in letters]
    is_packed = path.name.lower().endswith(".gz")
    plain = path.with_name(f"{path.name}.plain") if is_packed else path
    start = 352 if isinstance(header, nibabel.Nifti1Header) else 544
    header["vox_offset"], header["magic"] = start, b"n+1" if start == 352 else b"n+2\0\r\n\x1a\n"
    with plain.open("wb") as file:
        file.write(header.binaryblock + bytes(4))
        file.truncate(start + layout.nbytes)
    values = np.memmap(plain, layout.dtype, "r+", start, shape, "F")
    singles = tuple(at for at, c in enumerate(_AXES[::-1][:most]) if c not in letters)
    view = np.squeeze(values, singles).transpose(np.argsort(order))

    def put(index: tuple[int, ...], plane: np.ndarray) -> None:
        view[index] = plane

    yield put
    values.flush()
    if is_packed:
        with plain.open("rb") as source, path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, 0) as target:
            shutil.copyfileobj(source, target, 1 << 22)
        plain.unlink()


def _centred(shape: tuple[int, ...], steps: list[float]) -> np.ndarray:
    """Columns to the right, rows to the back, planes upwards, the middle at the origin."""
    columns, rows, planes = (*steps[:3], 1.0, 1.0, 1.0)[:3]
    affine = np.diag([columns, -rows, planes, 1.0])
    sizes = np.array([*shape[:3], 1, 1, 1][:3])
    affine[:3, 3] = -affine[:3, :3] @ ((sizes - 1) / 2)
    return affine


NIFTI = array_format(
    "NIfTI", (".nii", ".nii.gz"), _sniff, StackFormat(nifti_arrays, _create, _TYPES, axes=(2, 5), needs="nibabel")
)
