"""Files of several formats, as NumPy, h5py and tifffile write them, whole and damaged."""

import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.io
import tifffile

from preimage.errors import ArgumentError, ImageFileError
from preimage.files.formats.hdf5 import HDF5, hdf5_arrays, hdf5_attribute, hdf5_text
from preimage.files.formats.mat import mat_arrays
from preimage.files.formats.npy import npy_arrays
from preimage.files.formats.npz import npz_arrays
from preimage.files.formats.tiff.stack import folder_pages, tiff_arrays
from preimage.files.stacks.opening import holds_planes, is_of_format, stored_arrays
from preimage.files.stacks.stored import StoredArray, check_numbers, choose_array, damaged, held_array

COVERS = [
    "preimage.files.formats.hdf5",
    "preimage.files.formats.npz",
    "preimage.files.stacks.opening",
    "preimage.files.stacks.stored",
    "preimage.files.formats.tiff.stack",
]

VALUES = np.random.default_rng(0).random((3, 4, 5)).astype(np.float32)


def _npy(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, VALUES)


def _npz(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, a=VALUES)


def _hdf5(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["group/a"] = VALUES
        file["text"] = "hello"
        file["text"].attrs["units"] = "words"


def _tiff(path: Path) -> None:
    tifffile.imwrite(path, VALUES, photometric="minisblack")


def _mat(path: Path) -> None:
    with path.open("wb") as file:
        scipy.io.savemat(file, {"a": VALUES, "text": "hello"})


def _mat73(path: Path) -> None:
    """As MATLAB writes it: HDF5 behind a header of 512 bytes, axes in reverse."""
    with h5py.File(path, "w", userblock_size=512) as file:
        file["a"] = VALUES.T
    with path.open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM")


WRITERS: dict[str, tuple[Callable[[Path], None], Callable[[Path], list[StoredArray]], str]] = {
    "npy": (_npy, npy_arrays, ""),
    "npz": (_npz, npz_arrays, "a"),
    "hdf5": (_hdf5, hdf5_arrays, "group/a"),
    "tiff": (_tiff, tiff_arrays, ""),
    "mat": (_mat, mat_arrays, "a"),
    "mat 7.3": (_mat73, mat_arrays, "a"),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_what_is_written_is_read_whatever_it_is_called(tmp_path: Path, kind: str) -> None:
    write, own, name = WRITERS[kind]
    write(tmp_path / "a.dat")
    (array,) = stored_arrays(tmp_path / "a.dat")
    assert (array.name, array.shape, array.dtype) == (name, (3, 4, 5), np.float32)
    assert np.array_equal(array.read(), VALUES)
    assert [each.name for each in own(tmp_path / "a.dat")] == [name]
    assert is_of_format(tmp_path / "a.dat", HDF5) == (kind == "hdf5")


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_what_is_cut_off_is_told(tmp_path: Path, kind: str, share: float) -> None:
    path = tmp_path / "a.dat"
    WRITERS[kind][0](path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ImageFileError):
        [array.read() for array in stored_arrays(path)]


def test_what_no_array_is_in_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    path.write_text("1 2 3\n")
    with pytest.raises(ImageFileError, match="begins like none"):
        stored_arrays(path)
    path.write_bytes(b"")
    with pytest.raises(ImageFileError, match="empty"):
        stored_arrays(path)
    with pytest.raises(ImageFileError, match="exists"):
        stored_arrays(tmp_path / "none")
    np.save(path, np.array([{}], dtype=object))
    with pytest.raises(ImageFileError, match="Python objects"):
        stored_arrays(path)
    path.write_bytes(pickle.dumps(VALUES))
    with pytest.raises(ImageFileError, match="begins like none"):
        stored_arrays(path)
    with pytest.raises(ImageFileError, match="without any"):
        stored_arrays(tmp_path)


def test_complex_numbers_are_read_by_every_pair_of_names(tmp_path: Path) -> None:
    values = (VALUES + 1j * VALUES[::-1]).astype(np.complex64)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["own"] = values
        for first, second in (("real", "imag"), ("r", "i")):
            file[first] = values.view([(first, np.float32), (second, np.float32)])
        file["other"] = values.view([("x", np.float32), ("y", np.float32)])
    arrays = {array.name: array for array in hdf5_arrays(tmp_path / "a.h5")}
    assert set(arrays) == {"own", "real", "r"}
    for array in arrays.values():
        assert array.dtype == np.complex64
        assert np.array_equal(array.read(), values)


def test_complex_numbers_of_matlab(tmp_path: Path) -> None:
    values = VALUES + 1j * VALUES[::-1]
    scipy.io.savemat(tmp_path / "a.mat", {"file": values})
    assert np.array_equal(mat_arrays(tmp_path / "a.mat")[0].read(), values)
    with h5py.File(tmp_path / "b.mat", "w", userblock_size=512) as file:
        pairs = np.ascontiguousarray(values.T.astype(np.complex64))
        file["k"] = pairs.view([("real", np.float32), ("imag", np.float32)])
    with (tmp_path / "b.mat").open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM")
    (found,) = mat_arrays(tmp_path / "b.mat")
    assert (found.name, found.dtype) == ("k", np.complex64)
    assert np.array_equal(found.read(), values.astype(np.complex64))


def test_texts_and_attributes_of_hdf5(tmp_path: Path) -> None:
    _hdf5(tmp_path / "a.h5")
    assert hdf5_text(tmp_path / "a.h5", "text") == "hello"
    assert hdf5_text(tmp_path / "a.h5", "none") is None
    assert hdf5_attribute(tmp_path / "a.h5", "text", "units") == "words"
    assert hdf5_attribute(tmp_path / "a.h5", "text", "other") == ""


def test_pages_of_a_folder_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for index in (10, 2, 1):
        tifffile.imwrite(tmp_path / f"page{index}.tif", np.full((4, 5), index, np.uint16))
    (tmp_path / "notes.txt").write_text("")
    assert [path.name for path in folder_pages(tmp_path)] == ["page1.tif", "page2.tif", "page10.tif"]
    (array,) = stored_arrays(tmp_path)
    assert array.read()[:, 0, 0].tolist() == [1, 2, 10]
    tifffile.imwrite(tmp_path / "page3.tif", np.zeros((4, 6), np.uint16))
    with pytest.raises(ImageFileError, match="one size"):
        stored_arrays(tmp_path)[0].read()


def test_pages_of_another_size_or_type_within_a_stack_are_told(tmp_path: Path) -> None:
    pages = np.arange(5 * 20, dtype=np.uint16).reshape(5, 4, 5)
    odd = {2: pages[0].astype(np.float32), 4: pages[0, :2]}
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        for number, page in enumerate(pages):
            file.write(odd.get(number, page), photometric="minisblack", metadata=None)
    found = tiff_arrays(tmp_path / "a.tif")
    assert [(one.shape, one.dtype.name) for one in found] == [
        ((3, 4, 5), "uint16"), ((4, 5), "float32"), ((2, 5), "uint16")
    ]  # fmt: skip
    assert np.array_equal(found[0].read(), pages[[0, 1, 3]])
    assert found[0].layout.notes == ("left out, because they are of another size or type: pages 3",)
    assert not found[1].layout.notes
    with pytest.raises(ArgumentError, match="holds 0 \\(3, 4, 5\\), 1"):
        choose_array(found, None, (), tmp_path / "a.tif")


def test_a_stack_of_three_pages_is_no_colour(tmp_path: Path) -> None:
    """tifffile takes (3, H, W) of bytes for the planes of a colour, unless it is told otherwise, as here."""
    tifffile.imwrite(tmp_path / "a.tif", VALUES.astype(np.uint8), photometric="minisblack")
    assert stored_arrays(tmp_path / "a.tif")[0].shape == (3, 4, 5)
    tifffile.imwrite(tmp_path / "b.tif", VALUES.astype(np.uint8), photometric="rgb", planarconfig="separate")
    with pytest.raises(ImageFileError, match="grey"):
        check_numbers(stored_arrays(tmp_path / "b.tif")[0], tmp_path / "b.tif", (2, 3), complex_wanted=False)
    for index in range(3):
        tifffile.imwrite(tmp_path / "c.tif", VALUES[index], append=index > 0)
    assert np.array_equal(stored_arrays(tmp_path / "c.tif")[0].read(), VALUES)


def _stored(name: str, *shape: int, kind: str = "f4") -> StoredArray:
    return held_array(Path("a"), name, np.zeros(shape, kind))


def test_one_array_of_several_is_chosen() -> None:
    arrays = [_stored("a", 2, 3), _stored("b", 3, 4), _stored("c", 5)]
    path = Path("x.h5")
    assert choose_array(arrays, "/b", (), path).name == "b"
    assert choose_array(arrays, None, ("z", "b"), path).name == "b"
    assert choose_array(arrays[1:], None, (), path).name == "b"
    with pytest.raises(ArgumentError, match=r"`key` must be given.*a .*b"):
        choose_array(arrays, None, (), path)
    with pytest.raises(ArgumentError, match=r"`key` must name.*'z'"):
        choose_array(arrays, "z", (), path)
    with pytest.raises(ImageFileError, match="2 dimensions"):
        choose_array(arrays[2:], None, (), path)


@pytest.mark.parametrize(
    ("array", "complex_wanted", "told"),
    [
        (_stored("a", 2, 3, kind="c8"), False, "real numbers"),
        (_stored("a", 2, 3), True, "complex numbers"),
        (_stored("a", 2, 3, kind="U3"), False, "hold numbers"),
        (_stored("a", 2), False, "2 or 3 dimensions"),
        (_stored("a", 2, 0), False, "empty"),
    ],
)
def test_what_can_be_no_measurement_is_told(array: StoredArray, complex_wanted: bool, told: str) -> None:
    with pytest.raises(ImageFileError, match=told):
        check_numbers(array, Path("x"), (2, 3), complex_wanted)
    check_numbers(_stored("a", 2, 3), Path("x"), (2, 3), complex_wanted=False)


def test_reasons_are_one_short_line() -> None:
    assert "\n" not in str(damaged(Path("x"), ValueError("a\nb")))


def test_astropy_may_be_imported_after_a_file_was_read(tmp_path: Path) -> None:
    """It is not where a logger of its name was asked for before."""
    np.save(tmp_path / "a.npy", np.ones((3, 4), np.float32))
    told = "from preimage.files import read, write; write('a.fits', read('a.npy')); print(read('a.fits').values.sum())"
    done = subprocess.run([sys.executable, "-c", told], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "12.0\n", done.stderr


def test_what_holds_planes_is_told_from_pictures(tmp_path: Path) -> None:
    planes = np.zeros((3, 8, 8), np.uint16)
    tifffile.imwrite(tmp_path / "stack.tif", planes, imagej=True, metadata={"axes": "TYX"})
    tifffile.imwrite(tmp_path / "page.tif", planes[0])
    np.save(tmp_path / "array.npy", planes)
    (tmp_path / "text.tif").write_text("words")
    held = [name for name in ("stack.tif", "page.tif", "array.npy", "text.tif", ".") if holds_planes(tmp_path / name)]
    assert held == ["stack.tif", "array.npy"]
    with pytest.raises(ImageFileError):
        holds_planes(tmp_path / "nothing.tif")
