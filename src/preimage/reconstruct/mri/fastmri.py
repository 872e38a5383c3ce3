"""Files of the fastMRI data set, and k-space in arrays without a header."""

from pathlib import Path

import numpy as np

from preimage.errors import ImageFileError
from preimage.files import StoredArray
from preimage.files.formats.hdf5 import hdf5_text
from preimage.files.stacks.opening import stored_arrays
from preimage.files.stacks.stored import check_numbers, choose_array
from preimage.reconstruct.frame.grid import Grid
from preimage.reconstruct.frame.memory import check_fits
from preimage.reconstruct.mri.kspace import KSpace
from preimage.reconstruct.mri.mrd_header import read_mrd_header

__all__ = ["array_kspace", "as_pattern", "fastmri_kspace", "read_pattern"]

_COPIES = 4


def fastmri_kspace(path: Path, arrays: list[StoredArray], budget: int | None, pattern: Path | None = None) -> KSpace:
    """``kspace`` (slices, coils, rows, columns), or (slices, rows, columns) of one coil; readout along the rows.

    The image is the middle of the encoded one, of the size that ``ismrmrd_header`` asks for. What ``pattern``, or else
    ``mask``, leaves out is not looked at.

    Raises:
        ImageFileError: something is damaged, or of the wrong shape.
    """
    by_name = {array.name: array for array in arrays}
    values = _read(by_name["kspace"], path, (3, 4), budget)
    values = values[:, None] if values.ndim == 3 else values
    told = hdf5_text(path, "ismrmrd_header")
    mask = None if "mask" not in by_name else as_pattern(by_name["mask"].read(), values.shape[2:], path)
    values, mask = _sampled(values, mask if pattern is None else read_pattern(pattern, values.shape[2:]), path)
    if told is None:
        return KSpace(values, mask, values.shape[2:])
    header = read_mrd_header(told, path)
    rows, columns = (min(size, have) for size, have in zip(header.wanted, values.shape[2:], strict=False))
    slices, along_columns, along_rows = header.sizes  # the header counts the readout first, which is along rows here
    return KSpace(values, mask, (rows, columns), Grid((slices, along_rows, along_columns), "mm"))


def array_kspace(
    path: Path, arrays: list[StoredArray], key: str | None, budget: int | None, pattern: Path | None = None
) -> KSpace:
    """An array (rows, columns), (coils, rows, columns) or (images, coils, rows, columns).

    Where the file calls an axis C, as OME-Zarr and NIfTI do, that is of the coils, and all others are of images. What
    ``pattern`` leaves out is not looked at.

    Raises:
        ImageFileError: it is real, or of another shape.
        ArgumentError: there are several, and ``key`` names none.
    """
    array = choose_array(arrays, key, ("kspace", "ksp", "data"), path)
    if "C" in array.axes:
        values = _read(array, path, (3, 4, 5), budget)
        values = np.moveaxis(values, array.axes.index("C"), -3)
        values = np.ascontiguousarray(values).reshape(-1, *values.shape[-3:])
    else:
        values = _read(array, path, (2, 3, 4), budget)
        values = values.reshape(*(1,) * (4 - values.ndim), *values.shape)
    mask = None if pattern is None else read_pattern(pattern, values.shape[2:])
    return KSpace(*_sampled(values, mask, path), values.shape[2:])


def read_pattern(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """The mask in a file; see :func:`as_pattern`."""
    return as_pattern(choose_array(stored_arrays(path), None, ("mask",), path, dims=1).read(), shape, path)


def as_pattern(mask: np.ndarray, shape: tuple[int, ...], path: Path) -> np.ndarray:
    """A mask (columns) or (rows, columns) as booleans (1, rows, columns).

    Raises:
        ImageFileError: it has another shape, or holds something else.
    """
    mask = np.squeeze(mask)
    if mask.shape not in (shape, shape[-1:]) or mask.dtype.kind not in "fiub":
        raise ImageFileError(f"`mask` must be {shape[-1:]} or {shape}, got {path} with {mask.dtype} {mask.shape}.")
    return np.broadcast_to(mask != 0, shape)[None].copy()


def _read(array: StoredArray, path: Path, dims: tuple[int, ...], budget: int | None) -> np.ndarray:
    check_numbers(array, path, dims, complex_wanted=True)
    check_fits(path, _COPIES * 8 * int(np.prod(array.shape)), budget)
    return array.read().astype(np.complex64)


def _sampled(values: np.ndarray, mask: np.ndarray | None, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Samples (images, coils, ...), zero where the mask leaves them out, be they NaN there, and the mask.

    Without one what any coil measured counts as taken.

    Raises:
        ImageFileError: a sample that is taken is NaN or infinite.
    """
    if mask is not None:
        values = np.where(mask[:, None], values, 0)
    wrong = int(values.size - np.isfinite(values).sum())
    if wrong:
        told = "all" if wrong == values.size else f"{wrong} of {values.size}"
        raise ImageFileError(f"`input` must hold finite numbers, got {path} in which {told} are NaN or infinite.")
    return values, (values != 0).any(1) if mask is None else mask
