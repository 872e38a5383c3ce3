import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from preimage.errors import ArgumentError, MissingDependency
from preimage.web.limits import Bounds
from preimage.web.server import serve_page
from tests.web.doubles import FAKE


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_a_port_that_is_taken_is_told_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ArgumentError, match="`port` must be free"):
            serve_page(taken.getsockname()[1], 1, Bounds(), FAKE)
    with pytest.raises(ArgumentError, match=r"1\.\.65535"):
        serve_page(0, 1, Bounds(), FAKE)


def test_without_gradio_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gradio", None)
    with pytest.raises(MissingDependency, match=r"preimage\[web\]"):
        serve_page(free_port(), 1, Bounds(), FAKE)


def test_what_killed_servers_left_is_removed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left, used = tmp_path / f"preimage-serve-{dead.pid}-a", tmp_path / f"preimage-serve-{os.getppid()}-b"
    left.mkdir()
    used.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setitem(sys.modules, "gradio", None)
    with pytest.raises(MissingDependency):
        serve_page(free_port(), 1, Bounds(), FAKE)
    assert list(tmp_path.iterdir()) == [used]
    assert "GRADIO_TEMP_DIR" not in os.environ
