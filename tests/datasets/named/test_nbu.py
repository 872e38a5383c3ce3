from pathlib import Path

import numpy as np
import pytest
import scipy.io
import torch

from preimage.datasets import NBUPansharpening
from preimage.datasets.named import nbu
from preimage.errors import ArgumentError, ImageFileError


def make(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    spectral, grey = rng.integers(0, 2048, (4, 5, 8), np.uint16), rng.integers(0, 2048, (16, 20), np.uint16)
    for name, variable, array in (("MS_256", "imgMS", spectral), ("PAN_1024", "imgPAN", grey)):
        (folder / name).mkdir(parents=True)
        for number in (2, 10):
            scipy.io.savemat(folder / name / f"{number}.mat", {variable: array // number}, do_compression=True)
    return spectral, grey


def read_here(path: Path) -> dict[str, np.ndarray]:
    """Without a process of its own, which takes longer than the test."""
    return {name: array for name, array in scipy.io.loadmat(path).items() if name[0] != "_"}


def test_pairs_of_a_coloured_and_a_sharp_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spectral, grey = make(tmp_path / "worldview-2")
    data = NBUPansharpening(tmp_path / "worldview-2")
    assert len(data) == 2
    y = data[0].y
    torch.testing.assert_close(y[0], torch.from_numpy((spectral // 2).transpose(2, 0, 1) / np.float32(2047)))
    torch.testing.assert_close(y[1], torch.from_numpy((grey // 2)[None] / np.float32(2047)))
    monkeypatch.setattr(nbu, "read_mat_variables", read_here)
    other = NBUPansharpening(tmp_path / "worldview-2", "gaofen-1", role="x")[0]
    assert other.y is None
    torch.testing.assert_close(other.x, y[0] * (2047 / 1023))


def test_what_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path)
    monkeypatch.setattr(nbu, "read_mat_variables", read_here)
    with pytest.raises(ArgumentError, match="`satellite` must be one of gaofen-1"):
        NBUPansharpening(tmp_path)
    with pytest.raises(ArgumentError, match="`role`"):
        NBUPansharpening(tmp_path, "ikonos", role="z")
    scipy.io.savemat(tmp_path / "MS_256" / "2.mat", {"a": np.ones((2, 2)), "b": np.ones((2, 2))})
    with pytest.raises(ImageFileError, match="got 2 arrays"):
        NBUPansharpening(tmp_path, "ikonos")[0]
    (tmp_path / "PAN_1024" / "10.mat").unlink()
    with pytest.raises(ImageFileError, match="pairs of one name"):
        NBUPansharpening(tmp_path, "ikonos")
