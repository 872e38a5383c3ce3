from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from preimage.datasets import Kohler
from preimage.errors import ArgumentError, ImageFileError


def make(folder: Path) -> None:
    for image in range(1, 5):
        for path in range(1, 13):
            pixels = np.full((2, 3, 3), 10 * image + path, np.uint8)
            Image.fromarray(pixels).save(folder / f"Blurry{image}_{path}.png")
    place = folder / "Image2" / "Kernel11"
    place.mkdir(parents=True)
    for number in (1, 2, 10, 11, 200):
        Image.fromarray(np.full((2, 3, 3), number, np.uint8)).save(place / f"GroundTruth2_11_{number}.png")


def test_pairs_of_a_print_and_a_path(tmp_path: Path) -> None:
    make(tmp_path)
    data = Kohler(tmp_path)
    assert len(data) == 48
    sample = data[12 + 10]
    assert round(float(sample.y[0, 0, 0]) * 255) == 31
    assert round(float(sample.x[0, 0, 0]) * 255) == 10  # the middle of five
    assert data.frames(22) == [1, 2, 10, 11, 200]
    assert round(float(Kohler(tmp_path, 200)[22].x[0, 0, 0]) * 255) == 200


def test_what_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageFileError, match=r"without Blurry1_1\.png.*rolfk"):
        Kohler(tmp_path)
    make(tmp_path)
    with pytest.raises(ArgumentError, match="`frame`"):
        Kohler(tmp_path, 0)
    for frame, index in (("middle", 0), (3, 22)):
        with pytest.raises(ImageFileError, match=f"sharp frame {frame}"):
            Kohler(tmp_path, frame)[index]
