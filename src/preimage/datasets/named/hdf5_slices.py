"""Slices of raw magnetic resonance data in HDF5 files: what fastMRI and SKM-TEA have in common."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from preimage import _optional
from preimage.datasets.dataset import Dataset
from preimage.datasets.paths import files_of
from preimage.errors import ImageFileError
from preimage.files.formats.hdf5 import HDF5

__all__ = ["HDF5Slices"]


class HDF5Slices(Dataset):
    """The slices of all HDF5 files of a folder, file after file; each file holds ``kspace``, the slices first.

    Args:
        folder: where the files are.
        pattern: which files, as :meth:`pathlib.Path.glob` takes it.

    Raises:
        ImageFileError: there is no such folder, or a file in it that is damaged or has no ``kspace``.
        MissingDependency: the ``io`` extra is needed.
    """

    def __init__(self, folder: Path | str, pattern: str = "*") -> None:
        self.folder = Path(folder)
        self.pattern = pattern
        self.paths = files_of(self.folder, HDF5.suffixes, pattern)
        self._ends = tuple(accumulate(_slices(path) for path in self.paths))

    def __len__(self) -> int:
        """The slices of all files."""
        return self._ends[-1]

    def place(self, index: int) -> tuple[Path, int]:
        """The file in which a slice lies, and its number there."""
        which = bisect_right(self._ends, index)
        return self.paths[which], index - (self._ends[which - 1] if which else 0)

    def _read(self, path: Path, number: int, names: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The slices called so, where there are such, other arrays whole; and the attributes of the file."""
        h5py = _optional.require("h5py", "io", "reading HDF5 files")
        try:
            with h5py.File(path, "r") as file:
                count = file["kspace"].shape[0]
                arrays = {
                    name: file[name][number] if file[name].shape[0] == count and file[name].ndim > 2 else file[name][()]
                    for name in names
                    if name in file
                }
                return arrays, dict(file.attrs)
        except (OSError, RuntimeError, KeyError) as error:
            raise ImageFileError(f"{path} cannot be read: {error}.") from error


def _slices(path: Path) -> int:
    h5py = _optional.require("h5py", "io", "reading HDF5 files")
    try:
        with h5py.File(path, "r") as file:
            return file["kspace"].shape[0]
    except (OSError, RuntimeError, KeyError) as error:
        raise ImageFileError(f"{path} must hold `kspace`, got {error}; keep only raw data in the folder.") from error
