import os
import signal
import subprocess
import sys
import time

import pytest

from preimage.cli import progress
from preimage.cli.app import run
from preimage.cli.interrupts import answering, raise_interrupt
from tests.cli.test_app import names
from tests.cli.test_dip import interrupt

# What the installed command does, with a line when its imports begin.
COMMAND = """
import os, sys, preimage.cli
class Watch:
    def find_spec(self, name, path, target=None):
        if name == "preimage.cli.app":
            print("begun", os.environ["GOMP_SPINCOUNT"], "torch" in sys.modules, flush=True)
sys.meta_path.insert(0, Watch())
preimage.cli.main()
"""


@pytest.mark.skipif(os.name == "nt", reason="there are no signals to send")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("delay", [0, 0.05, 0.15, 0.4, 1.2])
def test_a_signal_during_imports_leaves_a_line(photograph, number, delay):
    arguments = ["restore", "denoise", str(photograph), "-o", str(photograph.with_name("out.png"))]
    command = [sys.executable, "-c", COMMAND, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "begun 10000 False\n"  # what PyTorch reads when it is imported
    time.sleep(delay)
    process.send_signal(number)
    told = process.communicate(timeout=60)[1]
    assert told == "preimage: interrupted; nothing half-written is left.\n"
    assert process.returncode == 130
    assert names(photograph.parent) == ["photo.png"]


@pytest.mark.usefixtures("small_prior")
def test_sigterm_writes_the_best_picture_so_far_too(tmp_path, photograph, capsys, monkeypatch):
    interrupt(monkeypatch, {3}, signal.SIGTERM)
    command = ["restore", "denoise", str(photograph), "-o", str(tmp_path / "b.png"), "--method", "dip", "--steps", "50"]
    with answering(raise_interrupt):  # as `main` does
        assert run(command) == 130
    assert "interrupted at step 3" in capsys.readouterr().out
    assert names(tmp_path) == ["b.json", "b.png", "photo.png"]


@pytest.mark.usefixtures("tiny")
def test_who_does_not_read_to_the_end_gets_all_pictures(tmp_path, photograph, monkeypatch, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        (folder / name).write_bytes(photograph.read_bytes())
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as closed, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", closed)
        assert run(["restore", "denoise", str(folder), "-o", str(tmp_path / "out")]) == 0
    assert names(tmp_path / "out") == ["a.json", "a.png", "b.json", "b.png"]
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("tiny")
@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_the_terminal_cannot_print_is_no_failure(tmp_path, photograph, monkeypatch):
    folder = os.fsencode(tmp_path / "in")
    os.mkdir(folder)
    for name in (b"\xff.png", "\u00e9\u4e2d.png".encode()):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(photograph.read_bytes())
    with open(tmp_path / "told.txt", "w", encoding="ascii") as narrow, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", narrow)
        assert run(["restore", "denoise", str(tmp_path / "in"), "-o", str(tmp_path / "out")]) == 0
    assert len(list((tmp_path / "out").iterdir())) == 4
    assert "\\udcff.png" in (tmp_path / "told.txt").read_text()
    command = ["restore", "denoise", "--from-json", str(tmp_path / "out" / "\udcff.json")]
    assert run([*command, "-o", str(tmp_path / "again.png")]) == 0
    assert (tmp_path / "again.png").read_bytes() == (tmp_path / "out" / "\udcff.png").read_bytes()


def test_without_a_terminal_there_is_a_line_now_and_then(capsys):
    with progress.bar("a [b].png", period=0.05) as bar:
        time.sleep(0.12)
        bar(0, 4)
        bar(1, 4)
        time.sleep(0.12)
        bar(2, 4)
        time.sleep(0.12)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "a [b].png: at work, 1 s passed"
    assert lines[-1] == "a [b].png: 50 %, 1 s passed, about 1 s left"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (75, "75 s"), (120, "2 min"), (5400, "90 min"), (9000, "2.5 h")]
)
def test_a_duration_in_words(seconds, words):
    assert progress.duration(seconds) == words
