import sys
from pathlib import Path

import numpy as np
import pytest

from preimage.datasets.hdf5.columns import ColumnType, read_columns, write_empty
from preimage.datasets.hdf5.partial import Partial, begin_partial, counts_length
from preimage.errors import ImageFileError


def open_partial(path: Path) -> Partial:
    return Partial(path, {group: read_columns(path, group)[0] for group in ("train", "test")})


def test_counts_are_kept_and_taken_off(tmp_path: Path) -> None:
    path = tmp_path / "a.partial"
    types = [ColumnType(f"{group}/x", 3, (2,), np.dtype("<f4")) for group in ("train", "test")]
    write_empty(path, types, {}, {})
    empty = path.read_bytes()
    begin_partial(path, 2)
    assert path.stat().st_size == len(empty) + counts_length(2)
    file = open_partial(path)
    assert file.counts == [0, 0]
    file.write_row([(file.groups["train"][0], np.float32([1, 2]))], 1)
    file.keep([2, 0])
    file.close()
    file = open_partial(path)
    assert file.counts == [2, 0]
    file.finish(tmp_path / "a.h5")
    assert not path.exists()
    assert (tmp_path / "a.h5").stat().st_size == len(empty)


@pytest.mark.skipif(sys.platform == "win32", reason="files are not locked there")
def test_two_writers_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "a.partial"
    write_empty(path, [ColumnType(f"{group}/x", 3, (2,), np.dtype("<f4")) for group in ("train", "test")], {}, {})
    begin_partial(path, 2)
    columns = {group: read_columns(path, group)[0] for group in ("train", "test")}
    file = Partial(path, columns)
    with pytest.raises(ImageFileError, match="another process"):
        Partial(path, columns)
    file.close()
    Partial(path, columns).close()


def test_garbled_counts_begin_again(tmp_path: Path) -> None:
    path = tmp_path / "a.partial"
    write_empty(path, [ColumnType(f"{group}/x", 3, (2,), np.dtype("<f4")) for group in ("train", "test")], {}, {})
    begin_partial(path, 2)
    file = open_partial(path)
    file.keep([1, 1])
    file.close()
    with path.open("r+b") as raw:
        raw.seek(-3, 2)
        raw.write(b"\xff\xff")
    file = open_partial(path)
    assert file.counts == [0, 0]
    file.close()
