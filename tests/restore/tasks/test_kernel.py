import math

import h5py
import numpy as np
import pytest
import scipy.io
import torch
from PIL import Image

from preimage.errors import ArgumentError, ImageFileError
from preimage.files.formats.mat import read_mat
from preimage.restore.tasks.kernel import _choose, as_kernel, check_fits, disk, read_kernel
from tests.data import DATA, needs_data


def test_a_gaussian_has_its_variance():
    kernel = read_kernel("gaussian:1.6").double()
    where = torch.arange(kernel.shape[0]) - kernel.shape[0] // 2
    assert float(kernel.sum()) == pytest.approx(1, abs=1e-6)
    assert float((kernel.sum(1) * where**2).sum()) == pytest.approx(1.6**2, rel=2e-3)


def test_a_motion_has_its_length_and_direction():
    kernel = read_kernel("motion:15@30").double()
    rows, columns = torch.meshgrid(*(torch.arange(n) - n // 2 for n in kernel.shape), indexing="ij")
    along = columns * math.cos(math.radians(30)) - rows * math.sin(math.radians(30))
    assert float((kernel * along**2).sum()) == pytest.approx(15**2 / 12, rel=0.03)
    assert float((kernel * along).sum()) == pytest.approx(0, abs=1e-6)
    assert torch.equal(read_kernel("motion:15@-150"), read_kernel("motion:15@-150.0"))


def test_a_disk_has_its_area_and_radius():
    kernel = disk(3.3)
    assert float(kernel.sum()) == pytest.approx(math.pi * 3.3**2, rel=5e-3)
    assert torch.equal(kernel, kernel.T)
    assert float(read_kernel("disk:3.3").sum()) == pytest.approx(1, abs=1e-6)


def test_files_hold_kernels(tmp_path):
    wanted = np.array([[0, 1, 0], [1, 3, 1], [0, 2, 0]], np.uint8)
    np.save(tmp_path / "k.npy", wanted)
    Image.fromarray(wanted).save(tmp_path / "k.png")
    scipy.io.savemat(tmp_path / "k.mat", {"k": wanted.astype(float)})
    for name in ("k.npy", "k.png", "k.mat"):
        assert torch.allclose(read_kernel(str(tmp_path / name)), torch.from_numpy(wanted / 8).float(), atol=1e-6)


def test_one_of_several_is_chosen_by_number(tmp_path):
    cell = np.empty((1, 2), object)
    cell[0, 0], cell[0, 1] = np.ones((3, 3)), np.eye(5)
    scipy.io.savemat(tmp_path / "k.mat", {"kernels": cell})
    assert torch.allclose(read_kernel(f"{tmp_path}/k.mat:2"), torch.eye(5) / 5)
    with pytest.raises(ArgumentError, match="one of the 2 kernels"):
        read_kernel(f"{tmp_path}/k.mat")
    for number in (0, 3):
        with pytest.raises(ArgumentError, match="one of the 2 kernels"):
            _choose([np.ones((3, 3)), np.eye(5)], number, tmp_path / "k.mat")


def test_hdf5_columns_come_first(tmp_path):
    with h5py.File(tmp_path / "k.mat", "w", userblock_size=512) as file:
        file["k"] = np.arange(6.0).reshape(3, 2)
    content = bytearray((tmp_path / "k.mat").read_bytes())
    content[:21] = b"MATLAB 7.3 MAT-file, "
    (tmp_path / "k.mat").write_bytes(content)
    assert torch.allclose(read_kernel(f"{tmp_path}/k.mat"), torch.arange(6.0).reshape(3, 2).T / 15)


@needs_data
def test_the_published_kernels_are_read():
    kernels = read_mat(DATA / "kernels" / "Levin09.mat")
    assert [kernel.shape[0] for kernel in kernels] == [19, 17, 15, 27, 13, 21, 23, 23]
    assert read_kernel(f"{DATA}/kernels/kernels_12.mat:12").shape == (25, 25)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.full((3, 3), np.nan), "finite"), (np.ones((3, 4, 5)), "shape"), (-np.ones((3, 3)), "positive sum"),
        (np.zeros((3, 3)), "positive sum"), (np.ones((0, 3)), "shape"), (np.array(["a"]), "numbers"),
    ],
)  # fmt: skip
def test_what_is_no_kernel_is_refused(tmp_path, array, message):
    np.save(tmp_path / "k.npy", array)
    with pytest.raises((ArgumentError, ImageFileError), match=message):
        read_kernel(f"{tmp_path}/k.npy")


@pytest.mark.parametrize("spec", ["gaussian:0", "gaussian:", "motion:15", "motion:0@3", "disk:-1", "kernel", "k.txt"])
def test_what_is_no_formula_is_refused(spec):
    with pytest.raises(ArgumentError, match=r"gaussian:1\.6"):
        read_kernel(spec)


def test_files_that_are_missing_or_damaged_are_refused(tmp_path):
    (tmp_path / "k.npy").write_bytes(b"no array")
    (tmp_path / "k.mat").write_bytes(b"no matrix")
    for name, message in (("k.npy", "whole .npy"), ("k.mat", "whole .mat"), ("no.npy", "exists"), ("no.png", "exists")):
        with pytest.raises(ImageFileError, match=message):
            read_kernel(f"{tmp_path}/{name}")


def test_a_kernel_larger_than_the_picture_is_refused():
    check_fits(torch.ones(5, 7), 5, 7)
    with pytest.raises(ArgumentError, match="smaller than the picture"):
        check_fits(torch.ones(5, 7), 5, 6)


def test_arrays_are_kernels():
    assert torch.allclose(as_kernel(np.ones((1, 1, 2, 2))), torch.full((2, 2), 0.25))
    assert as_kernel("disk:2").shape == (5, 5)


@pytest.mark.parametrize("spec", ["gaussian:1000", "disk:1000", "motion:2000@0"])
def test_kernels_too_large_to_build_are_refused(spec):
    with pytest.raises(ArgumentError, match="up to"):
        read_kernel(spec)


def test_a_disk_smaller_than_its_samples_is_a_point():
    assert torch.equal(read_kernel("disk:0.02"), torch.tensor([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]]))


def test_arrays_of_either_byte_order_and_layout_are_kernels(tmp_path):
    values = np.arange(1, 7, dtype=np.float64).reshape(2, 3)
    for number, array in enumerate((values.astype(">f8"), values.astype(">i2"), np.asfortranarray(values))):
        np.save(tmp_path / f"{number}.npy", array)
        assert torch.allclose(read_kernel(str(tmp_path / f"{number}.npy")).double(), torch.from_numpy(values / 21))
    assert torch.allclose(as_kernel(values[::-1]).double(), torch.from_numpy(values[::-1] / 21))
