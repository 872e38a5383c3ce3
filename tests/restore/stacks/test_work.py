"""The work on a stack as volumes: values keep their unit, each channel its own span, and records repeat it."""

from pathlib import Path

import numpy as np
import pytest

from preimage.cli.app import run
from preimage.files import read, write
from preimage.restore import restore_stack
from tests.restore.conftest import tiny

__all__ = ["tiny"]

z, y, x = np.meshgrid(np.arange(8), np.arange(24), np.arange(28), indexing="ij")
CLEAN = 1000 + 400 * np.sin(z / 4) * np.cos(y / 6 + x / 9)
NOISY = np.rint(CLEAN + 60 * np.random.default_rng(0).standard_normal(CLEAN.shape)).astype(np.int16)


@pytest.mark.usefixtures("tiny")
def test_volumes_and_films_are_restored_in_their_own_units_and_repeated(tmp_path: Path) -> None:
    both = np.stack([NOISY, 3 * NOISY], 1)
    write(tmp_path / "a.zarr", both, "ZCYX")
    record = restore_stack(tmp_path / "a.zarr", tmp_path / "v.zarr", mode="volume", sigma=0.05)
    planes = restore_stack(tmp_path / "a.zarr", tmp_path / "p.zarr", sigma=0.05)
    assert (record.settings["mode"], planes.settings["mode"]) == ("volume", "planes")
    found, alone = read(tmp_path / "v.zarr").values, read(tmp_path / "p.zarr").values
    assert (found.shape, found.dtype) == (both.shape, np.int16)
    assert not np.array_equal(found, alone)
    assert np.square(found[:, 1] / 3.0 - found[:, 0]).mean() < 4  # the same but for the rounding
    command = ["restore", "denoise", "--from-json", str(tmp_path / "v.json"), "-o", str(tmp_path / "w.zarr")]
    assert run(command) == 0
    assert np.array_equal(read(tmp_path / "w.zarr").values, found)
    write(tmp_path / "t.npy", NOISY)
    assert run(["restore", "denoise", str(tmp_path / "t.npy"), "--axes", "TYX", "--mode", "time", "--sigma", "0.05",
                "-o", str(tmp_path / "u.npy")]) == 0  # fmt: skip
    assert np.array_equal(np.load(tmp_path / "u.npy"), found[:, 0])
