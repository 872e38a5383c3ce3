"""Examples do what they say: learned ones learn something with tiny settings, others beat their naive inverse.

The build of the site runs all of the gallery; here are some of it for every run, and the others with ``-m slow``.
"""

import ast
import re
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from skimage.data import astronaut

from preimage.files import ImageFile
from tests.docs.pages import extension

FOLDER = Path(__file__).parents[1] / "examples"
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.py"))}
SCRIPTS = [name for name, text in TEXTS.items() if "argparse" not in text]
QUICK = ("blur_tikhonov_closed", "denoising_tv_rof", "mri_espirit_sense", "sensor_frames_calibration")


def run_script(name: str) -> dict:
    with torch.random.fork_rng(devices=[]):
        return runpy.run_path(str(FOLDER / f"{name}.py"), run_name="__main__")


@pytest.mark.parametrize("name", QUICK)
def test_a_script_of_the_gallery_runs(name) -> None:
    run_script(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in SCRIPTS if name not in QUICK])
def test_every_script_of_the_gallery_runs(name) -> None:
    run_script(name)


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_end_in_a_figure_and_an_assertion(name) -> None:
    tree = ast.parse(TEXTS[name])
    assert isinstance(tree.body[-1], ast.Assert)
    assert "plot.draw_" in TEXTS[name]
    assert len(name.split("_")) >= 3  # the problem, the prior, the algorithm


def test_commands_are_given_arguments_in_the_build_and_check_their_result() -> None:
    commands = set(TEXTS) - set(SCRIPTS)
    assert commands == set(extension("gallery").ARGUMENTS)
    for name in commands:
        assert any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(TEXTS[name]))), name


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
