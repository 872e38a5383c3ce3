from pathlib import Path

import numpy as np
import torch
from PIL import Image

from preimage.restore.frame.compare import write_comparison


def test_two_pictures_stand_side_by_side_under_their_labels(tmp_path: Path) -> None:
    before, after = torch.zeros(1, 10, 20), torch.ones(3, 20, 40)
    after[0] = 0
    write_comparison(tmp_path / "a.png", before, after)
    pixels = np.asarray(Image.open(tmp_path / "a.png"))
    assert pixels.shape == (20 + 20, 40 + 8 + 40, 3)  # a strip of 14 + 6 rows above, a gap of 8 between
    assert (pixels[20:, :40] == 0).all()
    assert (pixels[20:, 40:48] == 255).all()
    assert (pixels[20:, 48:] == [0, 255, 255]).all()
    assert (pixels[:20, :40] < 128).any()  # the label


def test_large_pictures_are_reduced(tmp_path: Path) -> None:
    large = torch.rand(1, 20, 3200)
    write_comparison(tmp_path / "a.png", large, large)
    assert np.asarray(Image.open(tmp_path / "a.png")).shape == (10 + 20, 2 * 1600 + 8, 3)
