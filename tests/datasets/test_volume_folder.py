from pathlib import Path

import numpy as np
import pytest
import tifffile
import torch

from preimage.datasets import PatchDataset, VolumeFolder
from preimage.errors import ArgumentError, ImageFileError


def test_four_kinds_of_files_hold_the_same_volume(tmp_path: Path) -> None:
    import nibabel

    volume = np.random.default_rng(0).integers(0, 4096, (6, 5, 7), np.int16)
    np.save(tmp_path / "2.npy", volume)
    tifffile.imwrite(tmp_path / "10.tif", volume.astype(np.uint16))
    with tifffile.TiffWriter(tmp_path / "11.tif") as file:
        for page in volume.astype(np.uint16):
            file.write(page)
    image = nibabel.Nifti1Image(volume.transpose(), np.eye(4))
    nibabel.save(image, tmp_path / "12.nii.gz")
    data = VolumeFolder(tmp_path)
    assert [path.name for path in data.paths] == ["2.npy", "10.tif", "11.tif", "12.nii.gz"]
    for sample in data:
        assert sample.x.dtype == torch.float32
        assert np.array_equal(sample.x[0], volume)
    windowed = VolumeFolder(tmp_path, (0, 4000), role="y")[0]
    assert windowed.x is None
    torch.testing.assert_close(windowed.y[0], torch.from_numpy(volume / np.float32(4000)))
    assert PatchDataset(data, (2, 3, 3))[3].x.shape == (1, 2, 3, 3)


def test_nifti_values_are_rescaled_as_the_file_says(tmp_path: Path) -> None:
    import nibabel

    image = nibabel.Nifti1Image(np.arange(24, dtype=np.int16).reshape(2, 3, 4), np.eye(4))
    image.header.set_slope_inter(0.5, -3)
    nibabel.save(image, tmp_path / "a.nii")
    stored = np.asarray(nibabel.load(tmp_path / "a.nii").dataobj)
    x = VolumeFolder(tmp_path)[0].x
    assert x.shape == (1, 4, 3, 2)
    assert np.array_equal(x[0].numpy().transpose(), stored.astype(np.float32))


def test_complex_volumes(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.full((2, 3, 4), 1 + 2j))
    assert VolumeFolder(tmp_path)[0].x.dtype == torch.complex64


def test_what_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((2, 3)))
    with pytest.raises(ImageFileError, match=r"\(D, H, W\), got float64 \(2, 3\)"):
        VolumeFolder(tmp_path)[0]
    (tmp_path / "a.npy").write_bytes(b"text")
    with pytest.raises(ImageFileError, match=r"a\.npy cannot be read"):
        VolumeFolder(tmp_path)[0]
    with pytest.raises(ArgumentError, match="`window`"):
        VolumeFolder(tmp_path, (2, 1))
    with pytest.raises(ArgumentError, match="`role`"):
        VolumeFolder(tmp_path, role="z")
