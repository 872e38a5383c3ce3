from pathlib import Path

import numpy as np
import pytest

from preimage.errors import ImageFileError
from preimage.files import NamedArray, Region, open_lazily, read, write
from preimage.files.formats.nifti import nifti_arrays
from preimage.files.stacks.layout import layout_of
from preimage.files.stacks.scaling import scaled, scaled_type

COVERS = ["preimage.files.formats.nifti", "preimage.files.stacks.scaling"]

RNG = np.random.default_rng(0)
AFFINE = np.array([[-0.9, 0, 0, 10], [0, 0.8, 0, -20], [0, 0, 2.5, 30], [0, 0, 0, 1.0]])


def saved(path: Path, values: np.ndarray, **header: tuple[float, float]) -> Path:
    import nibabel

    image = nibabel.Nifti1Image(values, AFFINE)
    image.header.set_xyzt_units("mm", "sec")
    if "scale" in header:
        image.header.set_slope_inter(*header["scale"])
    nibabel.save(image, path)
    return path


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "float64", "uint32", "complex64"])
def test_what_nibabel_writes_is_read(tmp_path: Path, name: str, dtype: str) -> None:
    values = (100 * RNG.random((5, 4, 3))).astype(dtype)
    path = saved(tmp_path / name, values)
    array = open_lazily(path)
    assert (array.axes, array.shape, array.dtype) == ("ZYX", (3, 4, 5), np.dtype(dtype))
    assert array.layout.spacing == pytest.approx((2.5, 0.8, 0.9))
    assert array.layout.units == ("mm", "mm", "mm")
    assert np.allclose(np.array(array.layout.affine), AFFINE, atol=1e-5)
    assert np.array_equal(array.read(), values.T)
    assert np.array_equal(array.read(Region(((1, 2), (0, 3)))), values.T[1:2, 0:3])


def test_slope_and_intercept_are_applied_and_integers_stay(tmp_path: Path) -> None:
    import nibabel

    stored = RNG.integers(-1000, 3000, (5, 4, 3)).astype(np.int16)
    for scale, dtype in (((2.0, -1024.0), np.int32), ((0.5, 1.0), np.float32)):
        found = read(saved(tmp_path / "a.nii", stored, scale=scale))
        expected = nibabel.load(tmp_path / "a.nii").get_fdata()  # type: ignore[attr-defined]
        assert found.values.dtype == dtype
        assert np.allclose(found.values, expected.T, rtol=1e-6)


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
def test_what_is_written_is_read_by_nibabel(tmp_path: Path, name: str) -> None:
    import nibabel

    values = RNG.integers(-1000, 3000, (2, 3, 4, 5)).astype(np.int16)
    affine = tuple(map(tuple, AFFINE.tolist()))
    steps, units = {"T": 1.5, "Z": 2.5, "Y": 0.8, "X": 0.9}, {"T": "s", **dict.fromkeys("ZYX", "mm")}
    layout = layout_of(values.shape, "int16", "TZYX", steps, units, affine=affine)
    assert write(tmp_path / name, NamedArray(values, layout)) == []
    image = nibabel.load(tmp_path / name)
    assert np.array_equal(np.asarray(image.dataobj), values.T)  # type: ignore[attr-defined]
    assert image.get_data_dtype() == np.int16  # type: ignore[attr-defined]
    assert np.allclose(image.affine, AFFINE, atol=1e-5)  # type: ignore[attr-defined]
    assert image.header.get_zooms() == pytest.approx((0.9, 0.8, 2.5, 1.5))  # type: ignore[attr-defined]
    assert image.header.get_xyzt_units() == ("mm", "sec")  # type: ignore[attr-defined]
    assert [path.name for path in tmp_path.iterdir()] == [name]
    again = read(tmp_path / name)
    assert (again.layout.spacing, again.layout.units) == (pytest.approx((1.5, 2.5, 0.8, 0.9)), ("s", "mm", "mm", "mm"))


def test_channels_are_the_fifth_axis(tmp_path: Path) -> None:
    import nibabel

    values = RNG.random((2, 3, 4, 5)).astype(np.float32)
    write(tmp_path / "a.nii", values, "ZCYX")
    assert nibabel.load(tmp_path / "a.nii").shape == (5, 4, 2, 1, 3)  # type: ignore[attr-defined]
    found = read(tmp_path / "a.nii")
    assert found.axes == "CTZYX"
    assert np.array_equal(found.values[:, 0], values.transpose(1, 0, 2, 3))


def test_big_endian_files_are_read(tmp_path: Path) -> None:
    import nibabel

    values = RNG.integers(0, 999, (5, 4, 3)).astype(">i2")
    header = nibabel.Nifti1Header(endianness=">")
    header.set_data_dtype(">i2")
    nibabel.save(nibabel.Nifti1Image(values, AFFINE, header), tmp_path / "a.nii")
    found = read(tmp_path / "a.nii").values
    assert found.dtype.isnative
    assert np.array_equal(found, values.T)


def test_a_file_that_is_cut_off_is_told(tmp_path: Path) -> None:
    values = RNG.random((5, 4, 30))
    for name in ("a.nii", "a.nii.gz"):
        path = saved(tmp_path / name, values)
        path.write_bytes(path.read_bytes()[:-60])
        with pytest.raises(ImageFileError, match="damaged"):
            nifti_arrays(path)[0].read()


def test_scaled_integers_take_the_least_room() -> None:
    u2 = np.dtype(np.uint16)
    assert scaled_type(u2, 1.0, 0.0) == u2
    assert scaled_type(u2, 1.0, -1024.0, 0, 4095) == np.int16
    assert scaled_type(u2, 0.5, 0.0) == np.float32
    assert scaled_type(np.dtype(np.int32), 0.5, 0.0) == np.float64
    assert scaled_type(np.dtype(np.int64), 3.0, 0.0) == np.float64
    assert scaled(np.array([1, 4095], u2), 1.0, -1024.0, np.dtype(np.int16)).tolist() == [-1023, 3071]
    assert scaled(np.array([1 + 1j]), 2.0, 1.0, np.dtype(np.complex64)).tolist() == [3 + 2j]
