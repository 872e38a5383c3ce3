import pickle
from pathlib import Path

import numpy as np

from preimage.blocks.sources import FileSource


def test_a_file_is_read_in_parts_and_opened_anew_by_each_process(tmp_path: Path) -> None:
    values = np.arange(60.0).reshape(3, 4, 5)
    np.save(tmp_path / "a.npy", values)
    source = FileSource(tmp_path / "a.npy", (3, 4, 5))
    box = (slice(1, 3), slice(0, 2), slice(4, 5))
    assert np.array_equal(source.read(box), values[box])
    again = pickle.loads(pickle.dumps(source))
    assert again == source
    assert np.array_equal(again.read(box), values[box])
