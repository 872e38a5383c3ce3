"""Files that pydicom writes, one image each or several, alone and in folders."""

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, RLELossless, generate_uid

from preimage.errors import ArgumentError, ImageFileError
from preimage.files import open_lazily, read, write
from preimage.files.formats.dicom.dicom import dicom_arrays
from preimage.files.formats.dicom.frames import decoded, dicom_frames

COVERS = ["preimage.files.formats.dicom.dicom", "preimage.files.formats.dicom.frames"]

RNG = np.random.default_rng(0)
SERIES = generate_uid()


def saved(path: Path, pixels: np.ndarray, bits: int = 0, packed: bool = False, **tags: Any) -> Path:
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = CTImageStorage
    data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    data.SeriesInstanceUID, data.Modality = SERIES, "CT"
    colour = pixels.ndim >= 3 and pixels.shape[-1] == 3
    data.Rows, data.Columns = pixels.shape[-3:-1] if colour else pixels.shape[-2:]
    if pixels.ndim - colour == 3:
        data.NumberOfFrames = len(pixels)
    data.SamplesPerPixel = 3 if colour else 1
    if colour:
        data.PlanarConfiguration = 0
    data.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    data.BitsAllocated = 8 * pixels.dtype.itemsize
    data.BitsStored = bits or data.BitsAllocated
    data.HighBit, data.PixelRepresentation = data.BitsStored - 1, int(pixels.dtype.kind == "i")
    data.PixelData = pixels.tobytes()
    for name, value in tags.items():
        setattr(data, name, value)
    if packed:
        data.compress(RLELossless)
    data.save_as(path, enforce_file_format=True)
    return path


def test_values_are_in_hounsfield_units(tmp_path: Path) -> None:
    stored = RNG.integers(0, 4096, (6, 7)).astype(np.uint16)
    path = saved(tmp_path / "a.dcm", stored, 12, RescaleSlope=1, RescaleIntercept=-1024, PixelSpacing=[0.7, 0.6])
    found = read(path)
    assert found.values.dtype == np.int16
    assert np.array_equal(found.values, stored.astype(int) - 1024)
    assert (found.axes, found.spacing, found.units) == ("YX", (0.7, 0.6), ("mm", "mm"))
    assert found.layout.value_unit == "HU"
    assert found.layout.metadata == {"modality": "CT"}  # and nothing of the patient
    write(tmp_path / "a.nii", found)
    assert np.array_equal(read(tmp_path / "a.nii").values[0], found.values)  # NIfTI has planes


def test_signs_of_twelve_bits_are_extended(tmp_path: Path) -> None:
    values = RNG.integers(-2048, 2048, (6, 7)).astype(np.int16)
    path = saved(tmp_path / "a.dcm", values & 0xFFF, 12)
    assert np.array_equal(read(path).values, values)


def test_a_fraction_as_slope_gives_floats(tmp_path: Path) -> None:
    stored = RNG.integers(0, 4096, (6, 7)).astype(np.uint16)
    found = read(saved(tmp_path / "a.dcm", stored, RescaleSlope="0.25", RescaleIntercept="3"))
    assert found.values.dtype == np.float32
    assert np.array_equal(found.values, stored * 0.25 + 3)


@pytest.mark.parametrize("kind", ["u", "i"])
def test_white_as_zero_is_turned_round(tmp_path: Path, kind: str) -> None:
    stored = RNG.integers(0, 100, (6, 7)).astype(f"{kind}2")
    found = read(saved(tmp_path / "a.dcm", stored, 10, PhotometricInterpretation="MONOCHROME1"))
    assert np.array_equal(found.values, (1023 if kind == "u" else -1) - stored.astype(int))
    assert "MONOCHROME1" in found.layout.notes[0]


def series(folder: Path, places: list[float], **tags: Any) -> np.ndarray:
    """Files whose names and numbers are not in the order of their places."""
    folder.mkdir(exist_ok=True)
    volume = RNG.integers(0, 999, (len(places), 4, 5)).astype(np.uint16)
    for at, place in enumerate(places):
        saved(
            folder / f"{len(places) - at:03d}", volume[at], InstanceNumber=len(places) - at, PixelSpacing=[0.7, 0.6],
            ImagePositionPatient=[10, 20, place], ImageOrientationPatient=[1, 0, 0, 0, 1, 0], **tags,
        )  # fmt: skip
    return volume


def test_a_folder_is_a_volume_in_the_order_of_positions(tmp_path: Path) -> None:
    volume = series(tmp_path / "a", [-4.0, -1.5, 1.0, 3.5])
    (tmp_path / "a" / "notes.txt").write_text("no image " * 40)
    found = read(tmp_path / "a")
    assert (found.axes, found.spacing, found.units) == ("ZYX", (2.5, 0.7, 0.6), ("mm", "mm", "mm"))
    assert np.array_equal(found.values, volume)
    expected = [[-0.6, 0, 0, -10], [0, -0.7, 0, -20], [0, 0, 2.5, -4], [0, 0, 0, 1]]
    assert np.allclose(np.array(found.layout.affine), expected)
    assert open_lazily(tmp_path / "a").plane((2,)).tolist() == volume[2].tolist()


def test_planes_that_are_not_even_are_told(tmp_path: Path) -> None:
    series(tmp_path / "a", [0.0, 1.0, 2.0, 4.0])
    assert "not evenly spaced" in read(tmp_path / "a").layout.notes[0]


def test_several_images_at_each_place_are_times(tmp_path: Path) -> None:
    first = series(tmp_path / "a", [0.0, 1.0], AcquisitionNumber=1)
    for path in list((tmp_path / "a").iterdir()):
        path.rename(path.with_name(f"first{path.name}"))
    second = series(tmp_path / "a", [0.0, 1.0], AcquisitionNumber=2)
    found = read(tmp_path / "a")
    assert found.axes == "TZYX"
    assert np.array_equal(found.values, np.stack([first, second]))
    (tmp_path / "a" / "001").unlink()
    with pytest.raises(ImageFileError, match="as many images"):
        read(tmp_path / "a")


def test_slopes_of_each_image_are_its_own(tmp_path: Path) -> None:
    series(tmp_path / "a", [0.0])
    stored = RNG.integers(0, 99, (4, 5)).astype(np.uint16)
    saved(
        tmp_path / "a" / "x", stored, RescaleSlope="0.5", RescaleIntercept="0", ImagePositionPatient=[10, 20, 9],
        ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
    )  # fmt: skip
    found = read(tmp_path / "a")
    assert found.values.dtype == np.float32
    assert np.array_equal(found.values[1], stored * 0.5)


def test_a_file_of_several_images_tells_its_places(tmp_path: Path) -> None:
    volume = RNG.integers(0, 999, (3, 4, 5)).astype(np.uint16)
    groups = []
    for place in (2.0, 0.0, 1.0):
        position, group = Dataset(), Dataset()
        position.ImagePositionPatient = [0, 0, place]
        group.PlanePositionSequence = [position]
        groups.append(group)
    measures, orientation, shared, scale = Dataset(), Dataset(), Dataset(), Dataset()
    measures.PixelSpacing, orientation.ImageOrientationPatient = [0.7, 0.6], [1, 0, 0, 0, 1, 0]
    scale.RescaleSlope, scale.RescaleIntercept = 2, 1
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [orientation]
    shared.PixelValueTransformationSequence = [scale]
    path = saved(
        tmp_path / "a.dcm", volume, PerFrameFunctionalGroupsSequence=groups, SharedFunctionalGroupsSequence=[shared]
    )
    found = read(path)
    assert np.array_equal(found.values, 2 * volume[[1, 2, 0]].astype(int) + 1)
    assert (found.axes, found.spacing) == ("ZYX", (1.0, 0.7, 0.6))


def test_colours_and_packed_images_are_decoded(tmp_path: Path) -> None:
    colours = RNG.integers(0, 255, (6, 7, 3)).astype(np.uint8)
    found = read(saved(tmp_path / "a.dcm", colours))
    assert found.axes == "YXS"
    assert np.array_equal(found.values, colours)
    grey = RNG.integers(0, 999, (6, 7)).astype(np.uint16)
    assert np.array_equal(read(saved(tmp_path / "b.dcm", grey, packed=True)).values, grey)


def test_series_of_a_folder_are_named(tmp_path: Path) -> None:
    series(tmp_path / "a", [0.0, 1.0])
    other = generate_uid()
    saved(tmp_path / "a" / "x", np.zeros((4, 5), np.uint16), SeriesInstanceUID=other)
    assert {array.name for array in dicom_arrays(tmp_path / "a")} == {SERIES, other}
    with pytest.raises(ArgumentError, match="`key` must be given"):
        read(tmp_path / "a")
    assert read(tmp_path / "a", key=other).axes == "YX"


def test_a_damaged_file_is_told_in_a_line(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.dcm", np.zeros((60, 70), np.uint16))
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    with pytest.raises(ImageFileError, match="damaged") as caught:
        read(path)
    assert "\n" not in str(caught.value)
    (frame,) = dicom_frames(saved(path, np.zeros((6, 7), np.uint16)))
    assert decoded(frame).shape == frame.shape == (6, 7)
    assert pydicom.dcmread(path).Rows == 6
