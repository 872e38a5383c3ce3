import hashlib
from pathlib import Path

import numpy as np
import pytest

from preimage.errors import ImageFileError
from preimage.files.digest import array_sha256, file_sha256, read_sha256


@pytest.mark.parametrize("content", [b"", b"abc", b"x" * ((1 << 20) + 3)])
def test_the_digest_is_that_of_all_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    assert file_sha256(path) == read_sha256(path) == hashlib.sha256(content).hexdigest()


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="must be a regular file"):
        file_sha256(tmp_path)
    with pytest.raises(ImageFileError, match=r"nothing\.png cannot be read: No such file"):
        file_sha256(tmp_path / "nothing.png")


def test_arrays_are_taken_row_by_row_behind_their_shape() -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert array_sha256(array.T) == hashlib.sha256(array.T.tobytes()).hexdigest() != array_sha256(array)
    shaped = hashlib.sha256(np.array([2, 3]).tobytes() + array.tobytes()).hexdigest()
    assert array_sha256(array, array.shape) == shaped != array_sha256(array, (3, 2))
