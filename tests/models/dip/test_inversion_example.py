import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

SCRIPT = Path(__file__).parents[3] / "examples" / "feature_inversion_dip_adam.py"


def test_the_example_runs_on_tiny_inputs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(0)
    (tmp_path / "photos").mkdir()
    for name in ("photos/a.png", "photos/b.png", "c.png"):
        Image.fromarray(rng.integers(0, 256, (64, 70, 3), dtype=np.uint8)).save(tmp_path / name)
    arguments = ["c.png", "--data", "photos", "-o", "out.png", "--steps", "2", "2", "--size", "32"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), *arguments])
    with torch.random.fork_rng(devices=[]):
        runpy.run_path(str(SCRIPT), run_name="__main__")
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        f"layer {layer}, {way}" for layer in (1, 2, 3) for way in ("deep image prior", "beta-TV", "pixels alone")
    ]
    with Image.open("out.png") as sheet:
        assert (sheet.size, sheet.mode) == ((4 * 32, 3 * 32), "RGB")
