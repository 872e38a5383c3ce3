from pathlib import Path

import numpy as np
import pytest
import tifffile
import torch

from preimage.errors import ArgumentError, ImageFileError
from preimage.reconstruct.microscopy.psf import chosen_psf, measured_psf
from preimage.reconstruct.microscopy.voxel import StoredVoxel
from tests.reconstruct.microscopy.beads import gaussian_psf

UNKNOWN = StoredVoxel()


def test_a_measured_one_has_sum_one_and_nothing_below_zero() -> None:
    psf = gaussian_psf()
    values = 1000 * psf.numpy()
    values[0, 0, 0] = -5.0
    found = measured_psf(values, 3, StoredVoxel(0.3, 0.1, 0.1))
    assert float(found.kernel.sum()) == pytest.approx(1)
    assert found.kernel[0, 0, 0] == 0
    assert found.sizes == (0.3, 0.1, 0.1)
    assert "below zero" in found.notes[0]


def test_one_beside_its_middle_is_told() -> None:
    found = measured_psf(gaussian_psf().roll(2, -1).numpy(), 3, UNKNOWN)
    assert found.notes == (
        "the point spread function is brightest (0, 0, 2) voxels from its middle: the image moves by that",
    )
    assert found.sizes is None


def test_a_name_is_a_file_or_a_description(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "bead.tif", gaussian_psf().numpy(), photometric="minisblack")
    found = chosen_psf(str(tmp_path / "bead.tif"), (9, 20, 20), UNKNOWN)
    torch.testing.assert_close(found.kernel, gaussian_psf())
    told = chosen_psf("na=0.6,ri=1,wavelength=0.5,pixel=0.3", (9, 20, 20), StoredVoxel(2.0, 0.1, 0.2))
    assert told.sizes == (2.0, 0.3, 0.3)
    assert chosen_psf("na=0.6,ri=1,wavelength=0.5", (20, 20), StoredVoxel(2.0, 0.1, 0.2)).sizes == (0.1, 0.2)


@pytest.mark.parametrize(
    ("values", "error", "told"),
    [
        (np.zeros((3, 3, 3)), ArgumentError, "must have light"),
        (np.full((3, 3, 3), np.nan), ImageFileError, "`psf` must hold finite numbers"),
        (np.ones((3, 3)), ArgumentError, "must be a stack"),
        (np.ones((3, 0, 3)), ImageFileError, "`psf` must not be empty"),
    ],
    ids=str,
)
def test_what_is_none_is_told(tmp_path: Path, values, error, told: str) -> None:
    np.save(tmp_path / "psf.npy", values)
    with pytest.raises(error, match=told):
        chosen_psf(str(tmp_path / "psf.npy"), (9, 9, 9), UNKNOWN)


def test_a_text_and_nothing_are_told(tmp_path: Path) -> None:
    (tmp_path / "psf.txt").write_text("na")
    with pytest.raises(ImageFileError, match="`psf` must be a TIFF, NPY"):
        chosen_psf(str(tmp_path / "psf.txt"), (9, 9, 9), UNKNOWN)
    with pytest.raises(ArgumentError, match="`psf` must be given"):
        chosen_psf(None, (9, 9, 9), UNKNOWN)
