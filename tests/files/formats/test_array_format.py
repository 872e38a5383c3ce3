"""What is asked of every format, answered by the arrays of one that is no picture."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from preimage.errors import ImageFileError
from preimage.files import Region, open_image
from preimage.files.formats.array_format import array_format
from preimage.files.formats.format import StackFormat
from preimage.files.formats.hdf5 import HDF5, hdf5_arrays


def test_a_volume_has_a_header_and_parts(tmp_path: Path) -> None:
    values = np.random.default_rng(0).random((3, 4, 5))
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["x"], file["line"] = values, np.zeros(7)
    source = open_image(tmp_path / "a.h5")
    assert (source.format, source.axes, source.shape) == (HDF5, ("slice", "row", "column"), (3, 4, 5))
    assert np.array_equal(source.read(Region(((1, 2),))).colour[..., 0], values[1:2])
    assert HDF5.arrays is not None
    assert [array.shape for array in HDF5.arrays(tmp_path / "a.h5")] == [(7,), (3, 4, 5)]


def test_a_last_axis_of_four_is_colours_where_a_format_says_so(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["x"] = np.zeros((6, 5, 4))
    stacks = StackFormat(hdf5_arrays)
    plain, coloured = (array_format("X", (".x",), bool, stacks, colours=value) for value in (False, True))
    assert plain.read(tmp_path / "a.h5").colour.shape == (6, 5, 4, 1)
    samples = coloured.read(tmp_path / "a.h5")
    assert samples.colour.shape == (6, 5, 3)
    assert samples.alpha is not None
    assert coloured.header(tmp_path / "a.h5").axes == ("row", "column", "channel")
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file["x"] = np.zeros((2, 6, 5, 3))
        for at, letter in enumerate("ZYXS"):
            file["x"].dims[at].label = letter
    with pytest.raises(ImageFileError, match="one picture"):
        plain.read(tmp_path / "b.h5")
