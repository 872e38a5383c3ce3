from pathlib import Path

import numpy as np
import pytest
import torch

from preimage.errors import ImageFileError
from preimage.simulate import read_measurement, simulate


@pytest.mark.parametrize("suffix", [".npy", ".tif"])
@pytest.mark.parametrize("channels", [1, 3])
def test_numbers_come_back_as_they_were_measured(tmp_path: Path, suffix: str, channels: int) -> None:
    made = simulate(torch.rand(channels, 6, 7), noise="gaussian:2", seed=1)  # far beyond [0, 1]
    made.write(tmp_path / f"y{suffix}", tmp_path / "y.json")
    found = read_measurement(tmp_path / f"y{suffix}")
    assert torch.equal(found, made.y[0] if channels == 1 else made.y.movedim(0, -1))


def test_pictures_of_integers_are_from_zero_to_one(tmp_path: Path) -> None:
    simulate(torch.ones(1, 6, 7)).write(tmp_path / "y.png", tmp_path / "y.json")
    assert torch.equal(read_measurement(tmp_path / "y.png"), torch.ones(6, 7))


def test_arrays_that_hold_no_numbers_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([1.0, np.nan]))
    with pytest.raises(ImageFileError, match="finite"):
        read_measurement(tmp_path / "a.npy")
    (tmp_path / "b.npy").write_text("no")
    with pytest.raises(ImageFileError, match="NPY"):
        read_measurement(tmp_path / "b.npy")
