"""HDF5 files whose labels of dimensions are other than they should be."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from preimage.files.formats.hdf5 import hdf5_arrays

COVERS = ["preimage.files.formats.hdf5"]


@pytest.mark.parametrize("labels", [np.array([1, 2, 3]), np.array([b"Z"]), np.array(["Z", "Y", "Q"], object)])
def test_labels_that_are_none_are_passed_over(tmp_path: Path, labels: np.ndarray) -> None:
    """``Dataset.dims`` ends the process where they are numbers, or too few (h5py 3.16)."""
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("image", data=np.zeros((2, 3, 4))).attrs["DIMENSION_LABELS"] = labels
    assert hdf5_arrays(tmp_path / "a.h5")[0].axes == "ZYX"


def test_labels_of_several_letters_are_names_and_no_axes(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        data = file.create_dataset("image", data=np.zeros((2, 3, 4)))
        for at, name in enumerate(("time", "y", "x")):
            data.dims[at].label = name
    assert hdf5_arrays(tmp_path / "a.h5")[0].axes == "ZYX"
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        file["image"].dims[0].label = "t"
    assert hdf5_arrays(tmp_path / "a.h5")[0].axes == "TYX"
