import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import h5py
import numpy as np
import pytest
import scipy.io

from preimage.files.formats import mat_reader

KERNELS = [np.random.default_rng(i).random((3 + i, 5)) for i in range(3)]


def read(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """What :func:`main` writes, read back."""
    out = io.BytesIO()
    monkeypatch.setattr(mat_reader.sys, "stdout", SimpleNamespace(buffer=out))
    mat_reader.main(str(path))
    out.seek(0)
    with np.load(out) as arrays:
        return [arrays[name] for name in arrays.files]


def cells(arrays: list[np.ndarray]) -> Any:
    held = np.empty((1, len(arrays)), object)
    held[0] = arrays
    return held


def test_matrices_and_cells_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.mat"
    scipy.io.savemat(
        path, {"one": KERNELS[0], "several": cells(KERNELS[1:]), "text": "no array", "volume": np.zeros((2, 2, 2))}
    )
    found = read(path, monkeypatch)
    assert len(found) == 3
    for array, wanted in zip(found, KERNELS, strict=True):
        assert np.array_equal(array, wanted)


def test_version_7_3_has_columns_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.mat"
    with h5py.File(path, "w", userblock_size=512) as file:
        file["one"] = KERNELS[0].T
        for index, kernel in enumerate(KERNELS[1:]):
            file[f"#refs#/{index}"] = kernel.T
        places = [[file[f"#refs#/{index}"].ref] for index in range(2)]
        file.create_dataset("several", data=places, dtype=h5py.ref_dtype)
    with path.open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file")
    found = read(path, monkeypatch)
    assert [array.shape for array in found] == [(3, 5), (4, 5), (5, 5)]
    for array, wanted in zip(found, KERNELS, strict=True):
        assert np.array_equal(array, wanted)
