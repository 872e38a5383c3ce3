"""The process that reads a MATLAB file for :mod:`preimage.files.formats.mat`: arrays as ``.npz`` on standard output."""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

__all__ = ["main"]

_TEXTS = ("axes", "unit")
_MEMORY = 4 << 30  # bytes of addresses; a damaged size is refused instead of filling the machine


def main(path: str, named: bool = False) -> None:
    """Write the arrays of the file ``path``: those of two dimensions, or all variables by their names."""
    import numpy as np

    with Path(path).open("rb") as file:
        is_hdf5 = b"MATLAB 7.3" in file.read(128)
    buffer = BytesIO()
    if named:
        variables = _variables_of_hdf5(path) if is_hdf5 else _variables_of_mat(path)
        np.savez(buffer, **{f"variable {name}": array for name, array in variables})
    else:
        arrays = [np.asarray(array) for array in (_of_hdf5(path) if is_hdf5 else _of_mat(path))]
        np.savez(buffer, *arrays)
    sys.stdout.buffer.write(buffer.getvalue())


def _variables_of_mat(path: str) -> Iterator[Any]:
    import scipy.io

    for name, value in scipy.io.loadmat(path).items():
        if not name.startswith("__") and (value.dtype.kind in "fiubc" or (name in _TEXTS and value.dtype.kind == "U")):
            yield name, value


def _variables_of_hdf5(path: str) -> Iterator[Any]:
    """Numbers of any rank; complex ones are pairs that MATLAB calls ``real`` and ``imag``."""
    import h5py
    import numpy as np

    with h5py.File(path, "r") as file:
        for name, value in file.items():
            if name.startswith("#") or not isinstance(value, h5py.Dataset):
                continue
            array = np.asarray(value[()])
            if array.dtype.names == ("real", "imag"):
                array = array["real"] + 1j * array["imag"]
            if array.dtype.kind in "fiubc":
                yield name, array.T


def _of_mat(path: str) -> Iterator[Any]:
    import scipy.io

    for name, value in scipy.io.loadmat(path).items():
        if not name.startswith("__"):
            items = value.ravel() if value.dtype == object else [value]
            yield from (item for item in items if item.ndim == 2 and item.dtype.kind in "fiub")


def _of_hdf5(path: str) -> Iterator[Any]:
    """As above for version 7.3, which is HDF5 with columns first."""
    import h5py
    import numpy as np

    with h5py.File(path, "r") as file:
        for name, value in file.items():
            if name.startswith("#") or not isinstance(value, h5py.Dataset):
                continue
            is_cell = value.dtype == h5py.ref_dtype
            items: list[Any] = [file[reference] for reference in value[()].T.ravel()] if is_cell else [value]
            yield from (np.asarray(item).T for item in items if len(item.shape) == 2 and item.dtype.kind in "fiub")


if __name__ == "__main__":
    sys.path.pop(0)  # this folder, whose files have names that libraries import
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main(sys.argv[1], "variables" in sys.argv[2:])
