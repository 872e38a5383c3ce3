"""Projections as files hold them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from preimage.errors import ArgumentError, ImageFileError
from preimage.files import StoredArray
from preimage.files.formats.hdf5 import HDF5, hdf5_attribute
from preimage.files.formats.table import by_file
from preimage.files.stacks.opening import is_of_format, stored_arrays
from preimage.files.stacks.stored import check_numbers, choose_array
from preimage.files.stacks.units import factor_between
from preimage.reconstruct.frame.memory import check_fits

__all__ = ["Projections", "finite", "read_projections", "told_millimetres"]

_EXCHANGE = "exchange/data"
_USUAL = (_EXCHANGE, "projections", "sinogram", "sino", "data")
_ANGLES = ("exchange/theta", "angles", "theta")
_COPIES = 4  # of the projections in single precision: as read, as numbers, and two for the work


@dataclass(frozen=True)
class Projections:
    """Numbers (views, bins) or (views, rows, bins), and what the file tells of them.

    Attributes:
        values: in single precision unless they are double.
        angles: degrees; ``None`` where the file tells none.
        flat: counts without the object, (..., bins) or (..., rows, bins), where the file holds them.
        dark: counts without light.
        spacing: the width of a bin in millimetres, where the file tells it.
        row_spacing: the height of a row in millimetres.
    """

    values: np.ndarray
    angles: np.ndarray | None = None
    flat: np.ndarray | None = None
    dark: np.ndarray | None = None
    spacing: float | None = None
    row_spacing: float | None = None


def read_projections(path: Path, key: str | None, budget: int | None, sinograms: bool = False) -> Projections:
    """The projections in ``path``, a file of any format of the table, or a folder of TIFF files.

    Args:
        path: the file or folder.
        key: the name of the array; by default ``/exchange/data``, ``projections``, ``sinogram``, ``sino``, ``data``, or
            the only one of two dimensions or more.
        budget: bytes that the process may take.
        sinograms: whether the file holds a sinogram for each row, (rows, views, bins).

    Raises:
        ImageFileError: there is no such file, it is damaged, or holds no projections.
        ArgumentError: ``key`` names none, or has to be given.
    """
    arrays = stored_arrays(path)
    chosen = choose_array(arrays, key, _USUAL, path)
    check_numbers(chosen, path, (2, 3), complex_wanted=False)
    check_fits(path, _COPIES * 4 * int(np.prod(chosen.shape)), budget)
    if sinograms and len(chosen.shape) != 3:
        raise ArgumentError(
            f"`sinograms` must be left out for projections (views, bins), got it for {chosen.shape}; one is enough."
        )
    stored = chosen.read()
    values = some_finite(np.ascontiguousarray(stored.swapaxes(0, 1)) if sinograms else stored, path)
    width = told_millimetres(chosen, "X")
    height = told_millimetres(chosen, "Z" if sinograms else "Y") if values.ndim == 3 else None
    by_name = {array.name: array for array in arrays}
    angles = next((_angles(by_name[name], path) for name in _ANGLES if name in by_name), None)
    if chosen.name != _EXCHANGE:
        return Projections(values, angles, spacing=width, row_spacing=height)
    flat, dark = (_field(by_name.get(f"exchange/data_{kind}"), path, values.shape) for kind in ("white", "dark"))
    return Projections(values, angles, flat, dark, width, height)


def told_millimetres(array: StoredArray, axis: str) -> float | None:
    """The distance of neighbours along ``axis``, where a file tells a length; one of a picture is for printing."""
    format, layout = by_file(array.path), array.layout
    if format is None or format.stacks is None:
        return None
    scale, step = factor_between(layout.unit(axis), "mm"), layout.step(axis)
    return None if step is None or scale is None else step * scale


def finite(values: np.ndarray, path: Path) -> np.ndarray:
    """``values`` in single precision, or double where they are.

    Raises:
        ImageFileError: one of them is NaN or infinite.
    """
    numbers = values if values.dtype == np.float64 else values.astype(np.float32)
    wrong = int(numbers.size - np.isfinite(numbers).sum())
    if wrong:
        told = "all" if wrong == numbers.size else f"{wrong} of {numbers.size}"
        raise ImageFileError(f"`input` must hold finite numbers, got {path} in which {told} are NaN or infinite.")
    return numbers


def some_finite(values: np.ndarray, path: Path) -> np.ndarray:
    """``values`` in single precision, or double where they are, some of which may be NaN or infinite.

    Raises:
        ImageFileError: all of them are.
    """
    numbers = values if values.dtype == np.float64 else values.astype(np.float32)
    if not np.isfinite(numbers).any():
        raise ImageFileError(f"`input` must hold finite numbers, got {path} in which all are NaN or infinite.")
    return numbers


def _angles(array: StoredArray, path: Path) -> np.ndarray:
    if array.dtype.kind not in "fiu" or array.dtype.kind == "c":
        raise ImageFileError(f"`angles` must be numbers, got {array.name} of {path} of type {array.dtype}.")
    values = array.read().astype(np.float64).ravel()
    if is_of_format(path, HDF5) and hdf5_attribute(path, array.name, "units").lower().startswith("rad"):
        return np.degrees(values)
    return values


def _field(array: StoredArray | None, path: Path, shape: tuple[int, ...]) -> np.ndarray | None:
    """White or dark fields (fields, rows, bins) that belong to projections of ``shape``."""
    if array is None or 0 in array.shape:
        return None
    check_numbers(array, path, (len(shape) - 1, len(shape)), complex_wanted=False)
    if array.shape[-(len(shape) - 1) :] != shape[1:]:
        raise ArgumentError(
            f"`input` must have fields of {shape[1:]}, like projections, got {array.name} of {path} of {array.shape}."
        )
    return finite(array.read(), path)
