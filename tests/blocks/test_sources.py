import pickle
from pathlib import Path

import numpy as np
import pytest

from preimage.blocks.sources import FileSource, SliceSource


def test_a_file_is_read_in_parts_and_opened_anew_by_each_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    values = np.arange(60.0).reshape(3, 4, 5)
    np.save(tmp_path / "a.npy", values)
    source = FileSource("a.npy", (3, 4, 5))
    box = (slice(1, 3), slice(0, 2), slice(4, 5))
    assert np.array_equal(source.read(box), values[box])
    again = pickle.loads(pickle.dumps(source))
    monkeypatch.chdir("/")
    assert np.array_equal(again.read(box), values[box])


def test_a_part_of_an_array_has_fewer_axes(tmp_path: Path) -> None:
    values = np.arange(120.0).reshape(2, 3, 4, 5)
    np.save(tmp_path / "a.npy", values)
    source = SliceSource(FileSource(tmp_path / "a.npy", values.shape), (1, None, 2, None))
    assert source.shape == (3, 5)
    box = (slice(1, 3), slice(0, 4))
    assert np.array_equal(pickle.loads(pickle.dumps(source)).read(box), values[1, :, 2][box])
