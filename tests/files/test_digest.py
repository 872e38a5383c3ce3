import hashlib
from pathlib import Path

import pytest

from preimage.errors import ImageFileError
from preimage.files.digest import file_sha256


@pytest.mark.parametrize("content", [b"", b"abc", b"x" * ((1 << 20) + 3)])
def test_the_digest_is_that_of_all_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    assert file_sha256(path) == hashlib.sha256(content).hexdigest()


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match="must be a regular file"):
        file_sha256(tmp_path)
    with pytest.raises(ImageFileError, match=r"nothing\.png cannot be read: No such file"):
        file_sha256(tmp_path / "nothing.png")
