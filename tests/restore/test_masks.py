import numpy as np
import pytest
from PIL import Image

from preimage.errors import ArgumentError
from preimage.restore.inpaint import read_mask


@pytest.fixture
def strokes():
    mask = np.zeros((20, 30), bool)
    mask[5:8, 4:25] = True
    return mask


@pytest.mark.parametrize(
    ("on", "off"),
    [
        ([1], [0]),
        ([255], [0]),
        ([3], [2]),
        ((255, 0, 0, 255), (0, 0, 0, 0)),
        ((255, 255, 255, 255), (255, 255, 255, 0)),
    ],
)
def test_two_values_or_transparency_are_a_mask(tmp_path, strokes, on, off):
    painted = np.where(strokes[..., None], np.array(on, np.uint8), np.array(off, np.uint8)).squeeze()
    Image.fromarray(painted).save(tmp_path / "m.png")
    assert np.array_equal(read_mask(tmp_path / "m.png").numpy(), strokes)
    assert np.array_equal(read_mask(tmp_path / "m.png", "seen").numpy(), ~strokes)


def test_a_photograph_is_no_mask(photograph):
    with pytest.raises(ArgumentError, match="black and white"):
        read_mask(photograph)
