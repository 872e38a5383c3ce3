"""What is told of a stack is in the units of its values."""

from pathlib import Path

import numpy as np

from preimage.blind.light import Light
from preimage.files import open_lazily, write
from preimage.restore.frame.level import Level
from preimage.restore.methods.network import Network
from preimage.restore.stacks.planes import ValueSpan
from preimage.restore.stacks.survey import Survey, survey_stack
from preimage.restore.stacks.telling import words_of_stack
from preimage.restore.tasks.denoise import Denoise


def test_the_noise_is_told_in_the_units_of_the_values(tmp_path: Path) -> None:
    """A given level is in spans of the values, here of 2000."""
    values = np.linspace(-500, 1500, 2 * 40 * 50).reshape(2, 40, 50).astype(np.float32)
    write(tmp_path / "v.npy", values)
    array = open_lazily(tmp_path / "v.npy")
    found = survey_stack(array, Denoise("gaussian"), Network(), 0.01)
    span = found.spans[0]
    assert abs(span.width - 2000) < 10
    words = words_of_stack(array, found, 2.0)
    assert words.startswith(f"ZYX 2x40x50 of float32, noise {0.02 * span.width:.4g} over {span.low:.4g} to")


def test_light_is_told_by_the_worth_of_a_photon_and_by_what_is_black(tmp_path: Path) -> None:
    write(tmp_path / "v.npy", np.zeros((2, 40, 50), np.uint16))
    found = Survey((ValueSpan(50.0, 1050.0),), (Level(0.02, "estimated", light=Light(0.012, 0.0, 0.05)),))
    words = words_of_stack(open_lazily(tmp_path / "v.npy"), found, 1.0)
    assert words.endswith("noise 20 over 50 to 1050 (estimated, of light of 12 a photon above 100)")
