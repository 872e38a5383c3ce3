import numpy as np
import pytest
from PIL import Image
from safetensors.torch import load_file

from preimage.cli.app import run
from preimage.cli.training import bars
from preimage.cli.training.recipes import SessionOptions
from preimage.training.recipes import usr
from preimage.training.recipes.table import RECIPES

COVERS = ["preimage.cli.training.recipes"]

TINY = {
    "drunet": ["widths=4,4,4,4", "blocks=1", "crops=2", "patch=16", "bfloat16=False"],
    "usr-color": ["widths=4,4,4,4", "blocks=1", "start=", "unrolled=1", "crops=2", "patch=12", "kernel=7"],
    "blind-color": ["widths=4,4,4,4", "blocks=1", "start=", "crops=2", "patch=8", "resize=1.0,1.0"],
    "blind-grey": ["widths=4,4,4,4", "blocks=1", "start=", "crops=2", "patch=8", "resize=1.0,1.0"],
    "diffusion": ["widths=4,4,4,4", "blocks=1", "start=", "sides=16", "crops=1"],
    "conditional-gan": ["width=4", "scales=1", "judge=4", "crops=2", "patch=12"],
    "latent-flow": ["width=8", "latent=4", "flow_width=8", "crops=2", "patch=8"],
    "deblock": ["widths=4,4,4,4", "blocks=1", "start=", "crops=2", "patch=8"],
    "sr-blind": ["widths=4,4,4,4", "blocks=1", "start=", "width=4", "depth=1", "crops=2", "patch=16"],
    "sr-crisp": ["widths=4,4,4,4", "blocks=1", "start=", "width=4", "depth=1", "crops=2", "patch=16", "judge_width=2"],
    "usr-crisp": ["widths=4,4,4,4", "blocks=1", "start=", "whole=", "unrolled=1", "crops=2", "patch=24", "kernel=7"],
    "ram": ["widths=4,4,4,4", "blocks=1", "stages=1", "hidden=4", "start=", "crops=1"],
    "unrolled": ["widths=4,4,4,4", "unrolled=1", "crops=2", "patch=16", "bfloat16=False"],
    "fill": ["widths=4,4", "patch=16"],
    "noise-level": ["crops=2", "sizes=12,20"],
    "patchnr": ["size=2", "width=8", "blocks=2", "crops=4"],
    "epll": ["size=3", "components=2", "patches=50"],
}


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(2):
        pixels = np.random.default_rng(number).integers(0, 256, (66, 64, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return folder


def command(name, pictures, out, *settings):
    words = [word for setting in settings for word in ("--set", setting)]
    return ["train", name, "--data", str(pictures), "--out", str(out), *words]


# Those of tests/training/recipes/test_natural.py fit in one go.
NATURAL = {"niqe", "brisque-distance"}


@pytest.mark.parametrize("name", [row.name for row in RECIPES if row.name not in NATURAL])
def test_every_recipe_can_be_trained(name, pictures, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(usr, "_fit_numbers", lambda numbers, steps, sigma_max: None)  # 1500 steps, which others try
    assert run(command(name, pictures, tmp_path / "out", "steps=2", "seed=1", *TINY[name])) == 0
    told = capsys.readouterr().out
    assert f"{name}: 2 of 2 steps in" in told
    assert f"weights {tmp_path / 'out' / name}.safetensors" in told
    assert load_file(tmp_path / "out" / f"{name}.safetensors")


def test_a_session_that_is_over_says_how_to_go_on(pictures, tmp_path, capsys, monkeypatch):
    line = command("fill", pictures, tmp_path / "out", "steps=3", *TINY["fill"])
    assert run([*line, "--time", "0.0001s"]) == 0
    assert "the same command goes on" in capsys.readouterr().err
    monkeypatch.setattr(bars.Bars, "stops", lambda self: True)
    assert run(line) == 130
    assert run(line) == 0  # the last step


def test_bad_input_is_one_line(pictures, tmp_path, capsys):
    file = tmp_path / "file"
    file.write_text("")
    for line, message in [
        (command("fill", pictures, tmp_path / "out", "size=3"), "widths=(24, 48, 96)"),
        (command("fill", tmp_path / "none", tmp_path / "out"), "which is none"),
        (command("fill", pictures, file), "can be made"),
        ([*command("fill", pictures, tmp_path / "out"), "--time", "3"], "write it like 40s"),
        (
            ["train", "groupsc-green", "--out", str(tmp_path / "out")],
            "got 'groupsc-green'; preimage train --help",
        ),
    ]:
        assert run(line) == 2
        (told,) = capsys.readouterr().err.splitlines()
        assert message in told


def test_options_of_a_session_are_those_of_the_command_line():
    assert SessionOptions("a", "b").device == "cpu"
