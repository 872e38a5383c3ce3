"""Datasets in HDF5 files, read sample by sample."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from preimage import _optional
from preimage.datasets.dataset import Dataset
from preimage.datasets.hdf5.columns import Column, read_columns
from preimage.datasets.hdf5.rows import sample_of
from preimage.datasets.sample import Sample
from preimage.errors import ArgumentError, ImageFileError

__all__ = ["HDF5Dataset"]


class HDF5Dataset(Dataset):
    """Samples in an HDF5 file, as :func:`generate_dataset` writes it, read when they are asked for.

    The file is opened for each sample and closed behind it, which takes microseconds because the places of the rows are
    known: so no handle is shared by the workers of a data loader, nor left open. Other HDF5 files of the same names are
    read, too: ``GROUP/x``, ``GROUP/y`` or ``GROUP/y/0``, ``GROUP/y/1``, ..., and ``GROUP/params/NAME``, each with one
    row for each sample; compressed ones more slowly. So are those of DeepInverse, which call them ``x_GROUP``,
    ``y_GROUP`` or ``y0_GROUP``, ``y1_GROUP``, ..., and ``NAME_GROUP``.

    Args:
        path: the file.
        group: the samples wanted, such as ``"train"`` or ``"test"``.

    Attributes:
        attributes: what the file says of its physics, seed and versions.

    Raises:
        ImageFileError: the file is missing, damaged, or not finished.
        ArgumentError: it has no samples of that name, or columns of different lengths.
        MissingDependency: the ``io`` extra is needed.
    """

    def __init__(self, path: Path | str, group: str = "train") -> None:
        self.path = Path(path)
        self.group = group
        if not self.path.is_file():
            partial = self.path.with_name(self.path.name + ".partial")
            why = "which is not finished; call generate_dataset again" if partial.exists() else "which is no file"
            raise ImageFileError(f"`path` must be an HDF5 file, got {path}, {why}.")
        try:
            columns, self.attributes = _columns(self.path, group)
        except (OSError, RuntimeError) as error:
            raise ImageFileError(f"`path` must be an HDF5 file, got {path}, which cannot be read: {error}.") from error
        self._columns = {short: column for column in columns if (short := _short(column.type.name, group)) is not None}
        counts = {column.type.count for column in self._columns.values()}
        if len(counts) != 1:
            found = f"with {sorted(counts)} rows" if counts else "without any"
            raise ArgumentError(f"`group` must name samples in {path}, got {group!r}, {found}; look into the file.")
        self._count = counts.pop()
        self._version = _version(self.path.stat())

    def columns(self) -> list[Column]:
        """Where the rows lie in the file."""
        return list(self._columns.values())

    def __len__(self) -> int:
        """The number of samples."""
        return self._count

    def sample(self, index: int) -> Sample:
        """Read one sample.

        Raises:
            ImageFileError: the file is gone, or another one by now.
        """
        plain = {name: column for name, column in self._columns.items() if column.offset is not None}
        others = {name: column for name, column in self._columns.items() if column.offset is None}
        row: dict[str, np.ndarray] = {}
        with self.path.open("rb", buffering=0) as file:
            if _version(os.fstat(file.fileno())) != self._version:
                raise ImageFileError(f"{self.path} has changed since the dataset was made; make it again.")
            for name, column in plain.items():
                row[name] = np.empty(column.type.shape, column.type.dtype)
                file.seek(column.place(index))
                _fill(file, row[name])
        if others:
            h5py = _optional.require("h5py", "io", "reading HDF5 files")
            with h5py.File(self.path, "r") as file:
                row |= {name: np.asarray(file[column.type.name][index]) for name, column in others.items()}
        return sample_of(row)


def _fill(file: Any, array: np.ndarray) -> None:
    left = array.reshape(-1).view(np.uint8).data
    while left:
        count = file.readinto(left)
        if not count:
            raise ImageFileError(f"{file.name} ends too early; it is damaged, make it again.")
        left = left[count:]


def _columns(path: Path, group: str) -> tuple[list[Column], dict[str, Any]]:
    try:
        return read_columns(path, group)
    except KeyError:
        return read_columns(path, "")


def _short(name: str, group: str) -> str | None:
    """``x``, ``y``, ``y/0`` or ``params/sigma`` for a column of this group, else ``None``."""
    if name.startswith(f"{group}/"):
        short = name.removeprefix(f"{group}/")
        return short if short in ("x", "y") or short.startswith(("y/", "params/")) else None
    if "/" in name or not name.endswith(f"_{group}"):
        return None
    short = name.removesuffix(f"_{group}")
    if short in ("x", "y"):
        return short
    return f"y/{short[1:]}" if short[:1] == "y" and short[1:].isdecimal() else f"params/{short}"


def _version(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns
