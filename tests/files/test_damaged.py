"""Damaged files give values or one line, and nothing is printed; ``benchmarks/damaged_files.py`` draws more."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from preimage.errors import ImageFileError, PreimageError
from preimage.files import open_lazily, write
from preimage.files.formats.quiet import quiet_decoder
from preimage.files.stacks.layout import layout_of
from preimage.files.stacks.opening import stored_arrays
from preimage.files.stacks.writing import creating_stack
from tests.files.damage import NAMES, VOLUME, damage, make

COVERS = ["preimage.files.formats.quiet"]

SEEDS = {"a.mat": 1, "a.zarr": 8, "a.ome.zarr": 8, "series": 8}


@pytest.mark.parametrize("name", NAMES)
def test_every_damage_is_read_or_told_in_a_line(tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    for seed in range(SEEDS.get(name, 24)):
        folder = tmp_path / str(seed)
        folder.mkdir()
        path = make(folder, name)
        words, told = damage(path, seed), ""
        try:
            for array in stored_arrays(path):
                array.read()
        except PreimageError as error:
            told = str(error)
        assert "\n" not in told, words
        assert len(told) < 600, words
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", NAMES)
def test_whole_files_are_read(tmp_path: Path, name: str) -> None:
    (array,) = stored_arrays(make(tmp_path, name))
    found = array.read()
    assert found.shape == array.shape
    assert found.dtype == array.dtype
    if name not in ("a.nii", "a.avif", "a.dng"):  # of other axes, of 8 bits, of other pixels
        assert np.array_equal(found, VOLUME if found.ndim == 3 else VOLUME[0])


def test_a_wrong_checksum_is_damage(tmp_path: Path) -> None:
    write(tmp_path / "a.nii.gz", VOLUME)
    data = bytearray((tmp_path / "a.nii.gz").read_bytes())
    assert gzip.decompress(bytes(data))
    data[-6] ^= 1
    (tmp_path / "a.nii.gz").write_bytes(bytes(data))
    with pytest.raises(ImageFileError, match="damaged"):
        open_lazily(tmp_path / "a.nii.gz").read()


def test_nothing_half_written_stays_of_a_stack_that_ends_early(tmp_path: Path) -> None:
    for name in ("a.tif", "a.ome.zarr", "a.nii.gz", "a.h5", "a.mrc", "a.fits"):
        broken = VOLUME.astype(np.float64)
        broken[-1] = np.nan
        with pytest.raises(ImageFileError, match="NaN"):
            _as_integers(tmp_path / name, broken)
    assert list(tmp_path.iterdir()) == []


def _as_integers(path: Path, values: np.ndarray) -> None:
    with creating_stack(path, layout_of(values.shape, "int16")) as writer:
        for index in writer.layout.planes():
            writer.put(index, values[index])


def test_the_process_has_its_streams_again(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet_decoder():
        os.write(1, b"unseen")
        os.write(2, b"unseen")
    os.write(1, b"said")
    os.write(2, b"seen")
    assert capfd.readouterr() == ("said", "seen")


def test_what_a_library_says_of_odd_numbers_is_not_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """nibabel's logger has a handler of its own."""
    path = make(tmp_path, "a.nii")
    data = bytearray(path.read_bytes())
    data[80:84] = np.float32(-1.0).tobytes()  # pixdim[1]
    path.write_bytes(bytes(data))
    assert open_lazily(path).read().shape == VOLUME.shape[::-1]
    assert capfd.readouterr() == ("", "")
