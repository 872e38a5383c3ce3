from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

from preimage.datasets import SKMTEA, collate
from preimage.errors import ArgumentError, ImageFileError
from preimage.physics import MultiCoilMRI


def make(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """A file in which ``kspace`` is what the maps and the target give."""
    rng = np.random.default_rng(0)
    target, maps = (rng.standard_normal(shape) + 1j for shape in ((3, 6, 5, 2, 1), (3, 6, 5, 4, 1)))
    images = target[..., 0][..., None] * maps[..., None, :, 0]  # slices, H, W, echoes, coils
    moved = np.fft.ifftshift(images, axes=(1, 2))
    kspace = np.fft.fftshift(np.fft.fft2(moved, axes=(1, 2), norm="ortho"), axes=(1, 2))
    mask = rng.random((4, 4)) < 0.5
    with h5py.File(path, "w") as file:
        for name, array in (("kspace", kspace), ("target", target), ("maps", maps)):
            file[name] = array.astype(np.complex64)
        file["masks/poisson_6.0x"] = mask
    return kspace, mask


def test_a_slice_is_what_its_parameters_measure(tmp_path: Path) -> None:
    kspace, mask = make(tmp_path / "a.h5")
    data = SKMTEA(tmp_path, echo=1)
    assert len(data) == 3
    batch = collate([data[0], data[2]])
    assert batch.x.shape == (2, 1, 6, 5)
    torch.testing.assert_close(MultiCoilMRI(**batch.params).A(batch.x), batch.y, rtol=1e-4, atol=1e-4)
    assert np.array_equal(batch.params["mask"][0, 0, 1:5, :4].numpy(), mask)
    assert float(batch.params["mask"].sum()) == 2 * mask.sum()
    whole = SKMTEA(tmp_path, acceleration=None)[1]
    assert np.allclose(whole.y.numpy(), kspace[1, :, :, 0].transpose(2, 0, 1))
    assert bool((whole.params["mask"] == 1).all())


def test_what_is_refused(tmp_path: Path) -> None:
    make(tmp_path / "a.h5")
    with pytest.raises(ArgumentError, match="`echo`"):
        SKMTEA(tmp_path, -1)
    for options, text in (({"echo": 2}, "echo 2"), ({"acceleration": 8}, r"masks/poisson_8\.0x")):
        with pytest.raises(ImageFileError, match=text):
            SKMTEA(tmp_path, **options)[0]
