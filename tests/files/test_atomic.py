import errno
import os
import subprocess
import sys

import pytest

from preimage.errors import ImageFileError
from preimage.files.atomic import check_free, replacing, replacing_together


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


@pytest.mark.skipif(sys.platform == "win32", reason="no such permissions")
def test_permissions_are_those_of_new_files_whatever_the_writer_gave(tmp_path):
    before = os.umask(0o027)
    try:
        with replacing(tmp_path / "a.txt") as temporary:
            temporary.unlink()
            os.close(os.open(temporary, os.O_CREAT | os.O_WRONLY, 0o600))
    finally:
        os.umask(before)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o640


@pytest.fixture
def ended():
    """The id of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-S", "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.skipif(sys.platform == "win32", reason="only age tells there")
def test_what_a_killed_process_left_of_the_same_file_is_removed(tmp_path, ended):
    stale = tmp_path / f".a.{ended:x}-01234567.part.txt"
    folder = tmp_path / f".a.txt.{ended:x}-01234567.part"
    folder.mkdir()
    (folder / "a.txt").write_text("half")
    kept = [tmp_path / name for name in (
        f".a.{os.getpid():x}-01234567.part.txt", f".b.{ended:x}-01234567.part.txt", ".a.notes.part.txt",
    )]  # fmt: skip
    for path in (stale, *kept):
        path.write_text("half")
    with replacing_together([tmp_path / "a.txt"]) as (staged,), replacing(staged) as temporary:
        temporary.write_text("whole")
    with replacing(tmp_path / "a.txt", overwrite=True) as temporary:
        temporary.write_text("whole")
    assert sorted(tmp_path.iterdir()) == sorted([tmp_path / "a.txt", *kept])


def test_what_is_old_is_removed_whatever_its_process(tmp_path):
    old = tmp_path / f".a.{os.getpid():x}-01234567.part.txt"
    old.write_text("half")
    os.utime(old, (1e9, 1e9))
    with replacing(tmp_path / "a.txt") as temporary:
        temporary.write_text("whole")
    assert not old.exists()


def test_files_that_belong_together_appear_together(tmp_path):
    (tmp_path / "sub").mkdir()
    paths = [tmp_path / "a.png", tmp_path / "sub" / "b.png", tmp_path / "a.json"]
    with replacing_together(paths) as staged:
        assert staged[0].parent == staged[2].parent
        for path in staged:
            path.write_text(path.name)
            assert not [path for path in paths if path.exists()]
    assert [path.read_text() for path in paths] == ["a.png", "b.png", "a.json"]
    assert len(list(tmp_path.rglob("*"))) == 4


@pytest.mark.parametrize("overwrite", [False, True])
def test_of_files_that_belong_together_none_is_left_alone(tmp_path, overwrite):
    paths = [tmp_path / "a.png", tmp_path / "a.json"]
    if overwrite:
        paths[0].write_text("old")

    def half():
        with replacing_together(paths, overwrite) as staged:
            staged[0].write_text("new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"] * overwrite


def test_a_folder_that_takes_no_files_is_refused_first(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(ImageFileError, match="can be written to"):
        check_free(tmp_path / "a.txt", False)
