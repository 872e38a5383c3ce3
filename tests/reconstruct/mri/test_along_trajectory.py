"""Lines through the middle of k-space, as ismrmrd writes them, against the object."""

from pathlib import Path

import ismrmrd
import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError, ImageFileError
from preimage.physics import NonCartesianMRI, trajectories
from preimage.reconstruct import MRISettings, reconstruct
from preimage.reconstruct.mri.acquire import acquire_mri
from preimage.reconstruct.mri.along_trajectory import ShotsPiece, acquire_shots
from preimage.reconstruct.mri.ismrmrd import read_shots
from tests.reconstruct.mri.scan import header, phantom, sensitivities

ROWS, COLUMNS = 28, 24
IMAGE, MAPS = phantom(ROWS, COLUMNS), sensitivities(3, ROWS, COLUMNS)
POINTS = trajectories.golden_angle(60, 48).float()
SAMPLES = NonCartesianMRI(POINTS, (ROWS, COLUMNS), MAPS).A(IMAGE[None, None])[0].numpy().astype(np.complex64)


def write(path: Path, count: int = 60) -> Path:
    file = ismrmrd.Dataset(str(path), "dataset", create_if_needed=True)
    file.write_xml_header(header(COLUMNS, ROWS, (ROWS, COLUMNS), trajectory="radial").encode())
    for shot in range(count):
        points = np.ascontiguousarray(POINTS[shot].numpy()[:, ::-1])  # along the readout's axis, columns, first
        line = ismrmrd.Acquisition.from_array(np.ascontiguousarray(SAMPLES[:, shot]), points)
        line.idx.kspace_encode_step_1, line.center_sample = shot, 24
        file.append_acquisition(line)
    file.close()
    return path


def test_it_is_the_object_and_not_mirrored(tmp_path: Path) -> None:
    path = write(tmp_path / "scan.h5")
    for settings in (MRISettings(weight=1e-4), MRISettings(method="zero-filled")):
        found = reconstruct("mri", path, settings).image
        inside = IMAGE.abs().numpy() > 0.5
        assert np.abs(found - IMAGE.abs().numpy())[inside].mean() < 0.12
        assert np.hypot(*(np.argwhere(found > 1.5).mean(0) - np.argwhere(IMAGE.abs().numpy() > 1.5).mean(0))) < 0.5


def test_samples_and_points_are_in_our_order(tmp_path: Path) -> None:
    shots = read_shots(write(tmp_path / "scan.h5"), "dataset", None)
    assert shots is not None
    assert np.array_equal(shots.values[0], SAMPLES)
    np.testing.assert_allclose(shots.points[0], POINTS.numpy())
    piece = acquire_shots(shots, MRISettings(complex=True)).pieces[0]()
    assert isinstance(piece, ShotsPiece)
    assert piece.estimated_level() > 0
    x = torch.ones(1, 1, ROWS, COLUMNS, dtype=torch.complex64)
    assert torch.equal(piece.finish(x), x)
    with pytest.raises(ArgumentError, match="`mask` must be left out"):
        acquire_shots(shots, MRISettings(mask=tmp_path / "mask.npy"))
    assert acquire_mri(tmp_path / "scan.h5", MRISettings()).usual == "cg-sense"


def test_cartesian_files_have_no_trajectory(tmp_path: Path) -> None:
    path = tmp_path / "scan.h5"
    file = ismrmrd.Dataset(str(path), "dataset", create_if_needed=True)
    file.write_xml_header(header(COLUMNS, ROWS, (ROWS, COLUMNS)).encode())
    file.append_acquisition(ismrmrd.Acquisition.from_array(np.ones((3, COLUMNS), np.complex64)))
    file.close()
    assert read_shots(path, "dataset", None) is None
    path.unlink()
    with pytest.raises(ImageFileError):
        read_shots(path, "dataset", None)
