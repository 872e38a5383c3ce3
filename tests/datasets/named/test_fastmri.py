from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

from preimage.datasets import FastMRI, collate
from preimage.datasets.named.hdf5_slices import HDF5Slices
from preimage.errors import ImageFileError
from preimage.physics import MRI, MultiCoilMRI

COVERS = ["preimage.datasets.named.fastmri", "preimage.datasets.named.hdf5_slices"]


def normal(*shape: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(np.complex64)


def spectrum(images: np.ndarray) -> np.ndarray:
    """The centred orthonormal transform, as fastMRI's files have it."""
    moved = np.fft.ifftshift(images, axes=(-2, -1))
    return np.fft.fftshift(np.fft.fft2(moved, norm="ortho"), axes=(-2, -1)).astype(np.complex64)


def test_several_coils_with_a_truth(tmp_path: Path) -> None:
    coils = normal(3, 4, 10, 8)
    truth = np.sqrt((np.abs(coils) ** 2).sum(1))[:, 2:8, 1:7].astype(np.float32)
    for name, count in (("file10.h5", 1), ("file9.h5", 3)):
        with h5py.File(tmp_path / name, "w") as file:
            file["kspace"] = spectrum(coils[:count])
            file["reconstruction_rss"] = truth[:count]
            file["ismrmrd_header"] = "<xml/>"
            file.attrs["max"] = truth.max()
    data = FastMRI(tmp_path)
    assert isinstance(data, HDF5Slices)
    assert len(data) == 4
    assert [data.place(index) for index in (2, 3)] == [(tmp_path / "file9.h5", 2), (tmp_path / "file10.h5", 0)]
    batch = collate([data[1], data[2]])
    assert batch.x.shape == (2, 1, 6, 6)
    assert float(torch.cat([sample.x for sample in data]).max()) == 1
    images = MRI(torch.ones(10, 8)).A_adjoint(batch.y.reshape(8, 1, 10, 8)).reshape(2, 4, 10, 8)
    middle = images.abs().square().sum(1, keepdim=True).sqrt()[..., 2:8, 1:7]
    torch.testing.assert_close(middle, batch.x, rtol=1e-4, atol=1e-5)
    assert float(FastMRI(tmp_path, normalised=False)[0].x.max()) > 1
    maps = torch.ones(4, 10, 8, dtype=torch.complex64)
    assert MultiCoilMRI(torch.ones(10, 8), maps).A_adjoint(batch.y).shape == (2, 1, 10, 8)


def test_one_coil_without_a_truth(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["kspace"] = normal(2, 5, 6)
        file["mask"] = np.array([1, 0, 0, 1, 1, 0], bool)
    (sample, _) = FastMRI(tmp_path)
    assert sample.x is None
    assert sample.y.shape == (1, 5, 6)
    assert sample.params["mask"].shape == (1, 5, 6)
    assert sample.params["mask"][0, 3].tolist() == [1, 0, 0, 1, 1, 0]
    batch = collate([sample])
    assert MRI(**batch.params).A_adjoint(batch.y).shape == (1, 1, 5, 6)


def test_single_coil_files_have_two_reconstructions(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["kspace"] = normal(3, 5, 6)
        file["reconstruction_esc"] = np.full((3, 4, 4), 2, np.float32)
        file["reconstruction_rss"] = np.full((3, 4, 4), 3, np.float32)
        file.attrs["max"] = 4.0
    assert float(FastMRI(tmp_path)[1].x.mean()) == 0.5


def test_what_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="got none"):
        FastMRI(tmp_path)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["other"] = 1
    with pytest.raises(ImageFileError, match="must hold `kspace`"):
        FastMRI(tmp_path)
