"""What is written, read by the libraries whose formats they are."""

import dataclasses
from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.io
import tifffile

from preimage.errors import ImageFileError
from preimage.files import NamedArray, read, write
from preimage.files.places import record_beside
from preimage.reconstruct import Grid, Reconstructed, ScanRecord, write_reconstruction
from preimage.reconstruct.outputs.places import preview_path, written_files
from preimage.reconstruct.outputs.preview import draw_preview, nice_length, shown_range
from preimage.reconstruct.outputs.table import check_output_format, layout_on, output_suffixes

COVERS = [
    "preimage.reconstruct.outputs.places",
    "preimage.reconstruct.outputs.preview",
    "preimage.reconstruct.outputs.table",
    "preimage.reconstruct.outputs.write",
]

VOLUME = np.random.default_rng(0).standard_normal((3, 4, 5)).astype(np.float32)
GRID = Grid((3.0, 2.0, 1.5), "mm")
RECORD = ScanRecord("ct", {"path": "a", "sha256": "0"}, {}, {}, "one pass", 0.0, 0)


def written(path: Path, image: np.ndarray, grid: Grid) -> None:
    write(path, NamedArray(image, layout_on(image, grid)), overwrite=True)


def test_numpy_and_hdf5_keep_the_order(tmp_path: Path) -> None:
    written(tmp_path / "a.npy", VOLUME, GRID)
    assert np.array_equal(np.load(tmp_path / "a.npy"), VOLUME)
    written(tmp_path / "a.h5", VOLUME[0], GRID)
    with h5py.File(tmp_path / "a.h5") as file:
        assert np.array_equal(file["image"][()], VOLUME[0])
        assert file["image"].attrs["voxel"].tolist() == [2.0, 1.5]
        assert file["image"].attrs["unit"] == "mm"


def test_matlab_has_rows_columns_slices(tmp_path: Path) -> None:
    written(tmp_path / "a.mat", VOLUME, GRID)
    found = scipy.io.loadmat(tmp_path / "a.mat")
    assert np.array_equal(found["image"], VOLUME.transpose(1, 2, 0))
    assert found["voxel"].ravel().tolist() == [2.0, 1.5, 3.0]


@pytest.mark.parametrize("volume", [VOLUME, VOLUME[0], VOLUME[:, :1], np.ones((4, 3, 3), np.float32)])
def test_tiff_pages_are_slices_of_floats_and_no_colours(tmp_path: Path, volume: np.ndarray) -> None:
    written(tmp_path / "a.tif", volume, GRID)
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        assert np.array_equal(file.series[0].asarray(), volume)
        assert file.series[0].axes == "ZYX"[-volume.ndim :]
        tags = file.pages[0].tags
        assert tags["PhotometricInterpretation"].value == 1
        across, down = (tags[name].value for name in ("XResolution", "YResolution"))
        assert across[0] / across[1] == pytest.approx(10 / 1.5)
        assert down[0] / down[1] == pytest.approx(10 / 2.0)


@pytest.mark.parametrize("suffix", ["nii", "nii.gz"])
def test_nifti_has_columns_first_and_rows_to_the_back(tmp_path: Path, suffix: str) -> None:
    import nibabel

    path = tmp_path / f"a.{suffix}"
    written(path, VOLUME, GRID)
    found = nibabel.load(path)
    assert np.array_equal(found.get_fdata(), VOLUME.transpose(2, 1, 0))
    assert found.get_data_dtype() == np.float32
    assert found.header.get_zooms() == (1.5, 2.0, 3.0)
    assert found.header.get_xyzt_units()[0] == "mm"
    assert nibabel.aff2axcodes(found.affine) == ("R", "P", "S")
    np.testing.assert_allclose(found.affine @ [2, 1.5, 1, 1], [0, 0, 0, 1])
    assert (int(found.header["sform_code"]), int(found.header["qform_code"])) == (1, 1)
    first = path.read_bytes()
    written(path, VOLUME, GRID)
    assert path.read_bytes() == first


def test_nifti_is_never_scaled_whatever_it_holds(tmp_path: Path) -> None:
    """Integers would be scaled, and what is NaN become about zero."""
    import nibabel

    values = VOLUME.copy()
    values[0, 0, 0] = np.nan
    written(tmp_path / "a.nii", values, GRID)
    found = nibabel.load(tmp_path / "a.nii")
    assert np.isnan(found.get_fdata()[0, 0, 0])
    assert (found.dataobj.slope, found.dataobj.inter) == (1.0, 0.0)
    place = ((0.0, 2.0, 0.0, 7.0), (1.5, 0.0, 0.0, 8.0), (0.0, 0.0, 3.0, 9.0), (0.0, 0.0, 0.0, 1.0))
    written(tmp_path / "a.nii", VOLUME + 1j, dataclasses.replace(GRID, affine=place))
    found = nibabel.load(tmp_path / "a.nii")
    assert np.array_equal(found.affine, place)
    assert np.asarray(found.dataobj).dtype == np.complex64


@pytest.mark.parametrize("name", ["a.npy", "a.tif", "a.nii.gz", "a.mat", "a.h5"])
def test_the_same_image_is_the_same_bytes(tmp_path: Path, name: str) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write_reconstruction(Reconstructed(VOLUME, GRID, RECORD), tmp_path / folder / name)
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == sorted({name, "a.json", "a.png"})


def test_all_files_are_there_or_none(tmp_path: Path) -> None:
    output = tmp_path / "a.tif"
    with pytest.raises(ImageFileError, match="complex"):
        write_reconstruction(Reconstructed(VOLUME + 1j, GRID, RECORD), output)
    assert list(tmp_path.iterdir()) == []
    told = write_reconstruction(Reconstructed(VOLUME, GRID, RECORD), output, preview=False)
    assert told == ScanRecord.read(tmp_path / "a.json")
    assert told.output == str(output)
    with pytest.raises(ImageFileError, match="exists"):
        write_reconstruction(Reconstructed(VOLUME, GRID, RECORD), output)
    write_reconstruction(Reconstructed(VOLUME, GRID, RECORD), output, overwrite=True)


def test_names_lose_the_whole_suffix() -> None:
    output = Path("x/head.v2.nii.gz")
    assert written_files(output, preview=True) == (record_beside(output), preview_path(output), output)
    assert ".nii.gz" in output_suffixes()
    assert not check_output_format(Path("A.TIFF"))
    assert check_output_format(Path("a.zarr"))
    with pytest.raises(ImageFileError, match="`output` must end like"):
        check_output_format(Path("a.png"))


def test_bars_have_round_lengths() -> None:
    for longest, wanted in ((1.0, 1), (1.99, 1), (2, 2), (49, 20), (0.07, 0.05)):
        assert nice_length(longest) == pytest.approx(wanted)


def test_a_picture_shows_pixels_as_tall_and_wide_as_they_are() -> None:
    image = np.zeros((10, 20))
    image[:, 10:] = 3
    picture = np.asarray(draw_preview(image, (1.0, 4.0, 1.0), "mm"))
    shown = picture[8 : 8 + 512, 8 : 8 + 256]  # 40 mm tall, 20 mm wide
    assert not shown[:, :120].any()
    assert (shown[:, 140:] == 255).all()
    bar = picture[8 + 512 + 8 : 8 + 512 + 8 + 4, 8 : 8 + 256]
    assert int((bar[0] == 0).sum()) == pytest.approx(5 * 512 / 40, abs=2)  # of 5 mm
    assert shown_range(image) == (0.0, 3.0)
    assert shown_range(np.ones((3, 3))) == (1.0, 1.0)
    assert draw_preview(np.full((2, 3, 3), 1j), (1.0, 1.0, 1.0), "pixel").size[0] > 512


@pytest.mark.parametrize("name", ["w.nii.gz", "w.ome.tif", "w.ome.zarr", "w.h5"])
def test_several_volumes_keep_the_sizes_of_voxels(tmp_path: Path, name: str) -> None:
    images = np.random.default_rng(0).random((2, 3, 4, 5), np.float32)
    write_reconstruction(Reconstructed(images, Grid((3.0, 2.0, 1.0), "mm"), RECORD), tmp_path / name, preview=False)
    found = read(tmp_path / name)
    assert np.array_equal(found.values.reshape(images.shape), images)
    assert {axis: found.layout.step(axis) for axis in "ZYX"} == pytest.approx({"Z": 3.0, "Y": 2.0, "X": 1.0})
    assert {found.layout.unit(axis) for axis in "ZYX"} == {"mm"}
