import numpy as np
import pytest
from PIL import Image
from safetensors.torch import load_file

from preimage.cli.app import run

TRAINER = """
from tests.training.problems import trainer as build

trainer = build()
"""

RECIPE = """
from preimage.training.recipes.fill import FillRecipe

recipe = FillRecipe(widths=(4, 4), steps=2, patch=16, bfloat16=False)
"""


@pytest.fixture
def config(tmp_path):
    def write(text):
        (tmp_path / "config.py").write_text(text)
        return ["train", str(tmp_path / "config.py"), "--out", str(tmp_path / "run")]

    return write


def test_a_trainer_of_a_file_is_run_and_goes_on(config, tmp_path, capsys):
    line = config(TRAINER)
    assert run([*line, "--time", "0.0001s"]) == 0
    assert "the same command goes on" in capsys.readouterr().err
    assert run(line) == 0
    told = capsys.readouterr().out
    assert "training: 12 of 12 steps in" in told
    assert f"weights {tmp_path / 'run' / 'best'}.safetensors" in told
    assert "on the validation data after" in told
    assert load_file(tmp_path / "run" / "best.safetensors")
    assert run([*line, "--no-resume"]) == 2
    assert "leave --no-resume out" in capsys.readouterr().err


def test_a_recipe_of_a_file_needs_images(config, tmp_path, capsys):
    line = config(RECIPE)
    assert run(line) == 2
    assert "`--data` must be given" in capsys.readouterr().err
    (tmp_path / "images").mkdir()
    Image.fromarray(np.zeros((20, 20), np.uint8)).save(tmp_path / "images" / "a.png")
    assert run([*line, "--data", str(tmp_path / "images")]) == 0
    assert load_file(tmp_path / "run" / "fill.safetensors")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", "must define `trainer`"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("trainer = 3", "got neither"),
    ],
)
def test_a_file_that_is_wrong_is_told_in_a_line(config, capsys, text, message):
    assert run(config(text)) == 2
    (told,) = capsys.readouterr().err.splitlines()
    assert message in told
