from pathlib import Path

import pytest
import torch

from preimage.datasets import DICOMSlices, DICOMVolumes
from preimage.errors import ArgumentError, ImageFileError
from tests.datasets.named.dicom_files import VALUES, unpack_dicom


def test_slices_follow_each_other_in_space(tmp_path: Path) -> None:
    unpack_dicom(tmp_path)
    volumes = DICOMVolumes(tmp_path)
    assert len(volumes) == 1  # the radiograph is of another modality
    x = volumes[0].x
    assert x.shape == (1, 3, 2, 3)
    assert [plane.flatten().tolist() for plane in x[0]] == [VALUES["2"], VALUES["10"], VALUES["1"]]
    assert len(DICOMVolumes(tmp_path, modality=None)) == 2
    windowed = DICOMVolumes(tmp_path, (-1084, -1064))[0].x
    torch.testing.assert_close(windowed[0, 2].flatten(), torch.arange(6) / 10)


def test_slices_one_by_one(tmp_path: Path) -> None:
    unpack_dicom(tmp_path)
    slices = DICOMSlices(tmp_path, modality=None)
    assert [sample.x.flatten().tolist() for sample in slices][:3] == [VALUES[name] for name in ("1", "2", "10")]
    assert slices[3].x.shape == (1, 2, 3)
    assert len(DICOMSlices(tmp_path)) == 3


def test_what_is_refused(tmp_path: Path) -> None:
    unpack_dicom(tmp_path)
    with pytest.raises(ArgumentError, match="`window`"):
        DICOMVolumes(tmp_path, (1, 1))
    with pytest.raises(ImageFileError, match="modality MR"):
        DICOMVolumes(tmp_path, modality="MR")
    data = (tmp_path / "a/1.dcm").read_bytes()
    (tmp_path / "a/3.dcm").write_bytes(data.replace(b"1.2.3\0", b"1.2.4\0"))
    with pytest.raises(ImageFileError, match="several in"):
        DICOMVolumes(tmp_path)[0]
    (tmp_path / "a/3.dcm").write_bytes(data[:-5])
    with pytest.raises(ImageFileError, match=r"3\.dcm cannot be read as DICOM: .*cut off"):
        DICOMVolumes(tmp_path)[0]
    (tmp_path / "a/3.dcm").write_bytes(data[:132])
    with pytest.raises(ImageFileError, match="lacks the element"):
        DICOMSlices(tmp_path)[2]
