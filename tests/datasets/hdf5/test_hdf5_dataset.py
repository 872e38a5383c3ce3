import os
import pickle
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from preimage.datasets import HDF5Dataset, collate
from preimage.errors import ArgumentError, ImageFileError


def write(path: Path, **options: object) -> np.ndarray:
    x = np.random.default_rng(0).random((5, 1, 3, 4), dtype=np.float32)
    with h5py.File(path, "w") as file:
        file.create_dataset("train/x", data=x, **options)
        file["train/y/0"] = x[..., 0]
        file["train/y/1"] = x.astype(np.complex64)
        file["train/params/sigma"] = np.arange(5.0)
        file["train/notes"] = np.arange(3)  # not of a sample
        file.attrs["seed"] = 7
    return x


@pytest.mark.parametrize("options", [{}, {"compression": "gzip"}, {"chunks": (1, 1, 3, 4)}])
def test_files_of_h5py_are_read(tmp_path: Path, options: dict) -> None:
    x = write(tmp_path / "a.h5", **options)
    dataset = pickle.loads(pickle.dumps(HDF5Dataset(tmp_path / "a.h5")))
    assert dataset.attributes["seed"] == 7
    batch = collate(list(dataset))
    assert np.array_equal(batch.x, x)
    assert np.array_equal(batch.y[1], x.astype(np.complex64))
    assert batch.params["sigma"].tolist() == [0, 1, 2, 3, 4]
    loader = DataLoader(dataset, 2, num_workers=1, collate_fn=collate)
    assert np.array_equal(torch.cat([part.x for part in loader]), x)


def test_files_of_deepinverse_are_read(tmp_path: Path) -> None:
    """As its version 0.5 writes them for a stack of two operators and a generator of noise levels."""
    x = np.random.default_rng(0).random((3, 1, 4, 5), dtype=np.float32)
    with h5py.File(tmp_path / "dinv_dataset0.h5", "w") as file:
        for group, count in (("train", 3), ("test", 2)):
            for name, values in (("x", x), ("y0", 2 * x), ("y1", 3 * x), ("sigma", np.arange(3, dtype=np.float32))):
                file[f"{name}_{group}"] = values[:count]
        file.attrs["operator"] = "StackedLinearPhysics"
        file.attrs["stacked"] = 2
    data = HDF5Dataset(tmp_path / "dinv_dataset0.h5", "test")
    batch = collate(list(data))
    assert len(data) == 2
    assert np.array_equal(batch.x, x[:2])
    assert np.array_equal(batch.y[1], 3 * x[:2])
    assert batch.params["sigma"].tolist() == [0, 1]
    assert data.attributes["operator"] == "StackedLinearPhysics"


def test_no_file_stays_open(tmp_path: Path) -> None:
    write(tmp_path / "a.h5", compression="gzip")
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    dataset = HDF5Dataset(tmp_path / "a.h5")
    assert dataset[4].x is not None
    assert not before or len(os.listdir("/proc/self/fd")) == before


def test_what_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with pytest.raises(ImageFileError, match="which is no file"):
        HDF5Dataset(path)
    (tmp_path / "a.h5.partial").touch()
    with pytest.raises(ImageFileError, match="not finished"):
        HDF5Dataset(path)
    path.write_bytes(b"text")
    with pytest.raises(ImageFileError, match="cannot be read"):
        HDF5Dataset(path)
    write(path)
    with pytest.raises(ArgumentError, match="'test', without any"):
        HDF5Dataset(path, "test")
    dataset = HDF5Dataset(path)
    write(path, compression="gzip")
    with pytest.raises(ImageFileError, match="has changed"):
        dataset[0]
    with h5py.File(path, "a") as file:
        file["train/params/gain"] = np.arange(4)
    with pytest.raises(ArgumentError, match=r"\[4, 5\] rows"):
        HDF5Dataset(path)
