"""Examples do what they say: learned ones learn something with tiny settings, others beat their naive inverse."""

import re
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from skimage.data import astronaut

from preimage.files import ImageFile

FOLDER = Path(__file__).parents[1] / "examples"


@pytest.mark.parametrize(
    ("script", "method", "gains"),
    [
        ("mri_dncnn_modl.py", "MoDL", {"zero-filled": 2.0, "CG-SENSE": 0.1}),
        ("mri_cnn_varnet.py", "VarNet", {"zero-filled": 1.5, "CG-SENSE": 0.05}),
        ("ct_cnn_pdnet.py", "PDNet", {"FBP": 0.5}),
    ],
)
def test_a_learned_example_is_better_than_the_plain_inverse(
    script, method, gains, tmp_path, monkeypatch, capsys
) -> None:
    text = (FOLDER / script).read_text(encoding="utf-8")
    settings = " ".join(re.search(r"``(--size [^`]*)`` takes", text, re.DOTALL)[1].split())  # type: ignore[index]
    sheet = tmp_path / "sheet.png"
    monkeypatch.setattr(sys, "argv", [script, *settings.split(), "-o", str(sheet)])
    with torch.random.fork_rng(devices=[]):
        runpy.run_path(str(FOLDER / script), run_name="__main__")
    told = dict(re.findall(r"^([\w-]+): ([\d.]+) dB$", capsys.readouterr().out, re.MULTILINE))
    for baseline, gain in gains.items():
        assert float(told[method]) > float(told[baseline]) + gain, told
    assert sheet.exists()


@pytest.mark.parametrize(
    ("script", "options"),
    [
        ("cassi_tv_admm.py", ["--steps", "20"]),
        ("dehazing_drunet_dpir.py", []),
        ("lidar_tv_rof.py", []),
        ("radio_positivity_fista.py", ["--steps", "70"]),
    ],
)
def test_an_example_asserts_that_it_beats_its_naive_inverse(script, options, tmp_path, monkeypatch, capsys) -> None:
    image, sheet = tmp_path / "astronaut.png", tmp_path / "sheet.png"
    ImageFile.from_array(np.ascontiguousarray(astronaut()[::2, ::2])).write(image)
    given = [] if script.startswith("radio") else [str(image)]
    monkeypatch.setattr(sys, "argv", [script, *given, *options, "-o", str(sheet)])
    runpy.run_path(str(FOLDER / script), run_name="__main__")
    assert len(re.findall(r"\d\.\d", capsys.readouterr().out)) >= 2
    assert sheet.exists()
