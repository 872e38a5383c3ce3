"""Arrays of NumPy (NumPy enhancement proposal 1), mapped: only the samples that are asked for are read."""

from pathlib import Path

import numpy as np

from preimage.files.formats.format import Format, Header
from preimage.files.region import Region
from preimage.files.samples.samples import Samples, split_channels

__all__ = ["NPY"]


def _map(path: Path) -> np.ndarray:
    """The array, mapped: a shape that the file does not hold is refused, not allocated."""
    return np.load(path, mmap_mode="r", allow_pickle=False)


def _has_channels(array: np.ndarray) -> bool:
    return array.ndim == 3 and array.shape[-1] <= 4


def _header(path: Path) -> Header:
    array = _map(path)
    if _has_channels(array):
        return Header(array.shape, array.dtype)
    names = ("row", "column")[max(0, 2 - array.ndim) :]
    return Header(array.shape, array.dtype, (*(f"axis {index}" for index in range(array.ndim - 2)), *names))


def _samples(array: np.ndarray, has_channels: bool) -> Samples:
    values = np.array(array)
    return split_channels("NPY", values) if has_channels else Samples("NPY", values[..., None])


def _read(path: Path) -> Samples:
    array = _map(path)
    return _samples(array, _has_channels(array))


def _read_region(path: Path, region: Region) -> Samples:
    array = _map(path)
    has_channels = _has_channels(array)
    return _samples(array[region.slices(array.shape[:2] if has_channels else array.shape)], has_channels)


def _arrays(path: Path) -> list[np.ndarray]:
    return [np.array(_map(path))]


NPY = Format(
    "NPY",
    (".npy",),
    lambda head: head.startswith(b"\x93NUMPY"),
    _header,
    _read,
    read_region=_read_region,
    arrays=_arrays,
)
