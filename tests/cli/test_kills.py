"""A folder of 300 pictures of which 10 are bad, restored by a process that is killed again and again."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from tests.cli.test_folders import write_bad

COUNT, BAD, KILLS = 300, 10, 30


def command(folder, out, *options):
    return [sys.executable, "-m", "preimage", "restore", "denoise", str(folder), "-o", str(out), *options]


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".json"}


def records(folder):
    """What does not depend on place and time."""
    found = {}
    for path in folder.glob("*.json"):
        values = json.loads(path.read_text())
        found[path.name] = {
            name: values[name] for name in ("task", "input", "settings", "resolved", "stopped", "notes")
        }
    return found


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_kills_at_any_moment_change_nothing(tmp_path, capsys):
    rng = np.random.default_rng(0)
    folder, whole, out = tmp_path / "in", tmp_path / "whole", tmp_path / "out"
    folder.mkdir()
    for number in range(COUNT - BAD):
        clean = rng.random((2, 2, 3)).repeat(12, 0).repeat(12, 1)
        noisy = np.clip(255 * clean + 10 * rng.standard_normal(clean.shape), 0, 255)
        Image.fromarray(noisy.astype(np.uint8)).save(folder / f"p{number:03d}.png")
    assert len(write_bad(folder, folder / "p000.png")) == BAD
    told = subprocess.run(command(folder, whole), capture_output=True, text=True)
    assert told.returncode == 1
    assert f"{COUNT - BAD} of {COUNT} restored; {BAD} failed:" in told.stdout
    assert "Traceback" not in told.stderr
    assert len(contents(whole)) == COUNT - BAD

    kills, between = 0, 0
    while kills < KILLS:
        before = len(list(out.glob("*.png"))) if out.exists() else 0
        process = subprocess.Popen(
            command(folder, out, "--skip-existing"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wanted = before + int(rng.integers(0, (COUNT - BAD - before) // (KILLS - kills) * 2 + 1))
        while process.poll() is None and (len(list(out.glob("*.png"))) if out.exists() else 0) < wanted:
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.1 if wanted > before else 5))  # while it works, or imports
        process.send_signal(signal.SIGKILL)
        assert process.wait() in (-signal.SIGKILL, 1)
        kills += 1
        between += len(list(out.glob("*.json"))) - len(list(out.glob("*.png"))) if out.exists() else 0
    done = len(list(out.glob("*.png")))
    told = subprocess.run(command(folder, out, "--skip-existing"), capture_output=True, text=True)
    assert told.returncode == 1
    assert f"{COUNT - BAD - done} of {COUNT} restored; {done} already there; {BAD} failed:" in told.stdout
    assert contents(out) == contents(whole)
    assert records(out) == records(whole)
    assert {path.name for path in out.iterdir()} == {path.name for path in whole.iterdir()}  # nothing hidden is left
    with capsys.disabled():
        print(f"\n{kills} kills, {done} pictures there after them, {between} of them records without a picture")
