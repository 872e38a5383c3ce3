import errno

import pytest

from preimage.errors import ImageFileError
from preimage.files.atomic import replacing


def write_then(path, happens, overwrite=False):
    with replacing(path, overwrite) as temporary:
        temporary.write_text("half")
        happens()


def fail(error):
    def happens():
        raise error

    return happens


def test_a_file_appears_whole(tmp_path):
    with replacing(tmp_path / "a.txt") as temporary:
        temporary.write_text("half")
        assert not (tmp_path / "a.txt").exists()
        temporary.write_text("whole")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.txt", "whole")]


def test_nothing_is_left_of_a_failure(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        write_then(tmp_path / "a.txt", fail(KeyboardInterrupt()))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "message"), [(errno.ENOSPC, "disk is full"), (errno.EACCES, "written to"), (errno.EIO, "could not be")]
)
def test_what_the_system_refuses_is_one_line(tmp_path, number, message):
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(ImageFileError, match=message) as caught:
        write_then(tmp_path / "a.txt", fail(OSError(number, "system's words")), overwrite=True)
    assert "\n" not in str(caught.value)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.txt", "old")]


def test_existing_files_are_replaced_only_when_told(tmp_path):
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(ImageFileError, match="--overwrite"), replacing(tmp_path / "a.txt"):
        pass
    with replacing(tmp_path / "a.txt", overwrite=True) as temporary:
        temporary.write_text("new")
    assert (tmp_path / "a.txt").read_text() == "new"
    for path, message in ((tmp_path, "must be a file"), (tmp_path / "no" / "a.txt", "folder that exists")):
        with pytest.raises(ImageFileError, match=message), replacing(path):
            pass


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path):
    with pytest.raises(ImageFileError, match="exists"):
        write_then(tmp_path / "a.txt", lambda: (tmp_path / "a.txt").write_text("theirs"))
    assert (tmp_path / "a.txt").read_text() == "theirs"
