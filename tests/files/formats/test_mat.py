"""Reading in a process of its own, with stand-ins for a reader that a damaged file ends."""

import sys

import numpy as np
import pytest
import scipy.io

from preimage.errors import ImageFileError
from preimage.files.formats.mat import read_mat

COVERS = ["preimage.files.formats.mat"]


def stand_in(code):
    return (sys.executable, "-S", "-c", code)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import os; os._exit(139)", "ended with 139"), ("raise SystemExit('no such matrix')", "no such matrix"),
        ("print('no arrays')", "must be a whole .mat file"), ("", "must be a whole .mat file"),
    ],
)  # fmt: skip
def test_what_becomes_of_the_reader_is_an_error_of_the_file(tmp_path, code, told):
    (tmp_path / "k.mat").write_bytes(b"damaged")
    with pytest.raises(ImageFileError, match=told) as caught:
        read_mat(tmp_path / "k.mat", stand_in(code))
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_a_reader_that_is_killed_is_told(tmp_path):
    with pytest.raises(ImageFileError, match="ended with -9"):
        read_mat(tmp_path / "k.mat", stand_in("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"))


def test_a_reader_without_end_is_stopped(tmp_path):
    with pytest.raises(ImageFileError, match=r"over 0\.5 s"):
        read_mat(tmp_path / "k.mat", stand_in("import time; time.sleep(60)"), seconds=0.5)


def test_names_and_folders_do_not_mislead_the_reader(tmp_path, monkeypatch):
    scipy.io.savemat(tmp_path / "-k ü.mat", {"k": np.eye(3)})
    (tmp_path / "numpy.py").write_text("raise SystemExit('the wrong one')")
    monkeypatch.chdir(tmp_path)
    (found,) = read_mat((tmp_path / "-k ü.mat").relative_to(tmp_path))
    assert np.array_equal(found, np.eye(3))
