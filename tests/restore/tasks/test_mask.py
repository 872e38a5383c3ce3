import numpy as np
import pytest
from PIL import Image

from preimage.errors import ArgumentError
from preimage.restore.tasks.mask import mask_notes, read_mask


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


@pytest.mark.parametrize(("on", "off"), [(1, 0), (2, 1), (255, 254), (0, -1), (7, 3), (0.3, 0.1), (1.0, 0.0)])
def test_the_larger_of_two_values_of_an_array_is_missing(strokes, on, off):
    array = np.where(strokes, on, off)
    assert np.array_equal(read_mask(array).numpy(), strokes)
    assert np.array_equal(read_mask(array, "seen").numpy(), ~strokes)


def test_labels_are_missing_unless_they_are_0(strokes):
    labels = np.where(strokes, 1 + np.arange(30) % 3, 0)
    assert np.array_equal(read_mask(labels).numpy(), strokes)
    with pytest.raises(ArgumentError, match="several without 0"):
        read_mask(labels + 1)
    with pytest.raises(ArgumentError, match="NaN"):
        read_mask(np.where(strokes, np.nan, 0.0))


def test_strokes_of_any_colours_on_a_transparent_ground(tmp_path, strokes):
    painted = np.zeros((20, 30, 4), np.uint8)
    painted[strokes, :3] = np.random.default_rng(0).integers(0, 255, (strokes.sum(), 3))
    painted[strokes, 3] = 255
    painted[0, 0, 3] = 90  # an edge drawn softly
    Image.fromarray(painted).save(tmp_path / "m.png")
    assert np.array_equal(read_mask(tmp_path / "m.png").numpy(), strokes)
    assert mask_notes(tmp_path / "m.png") == ()
    black = np.dstack([np.where(strokes, 0, 255).astype(np.uint8)] * 3 + [np.where(strokes, 255, 0).astype(np.uint8)])
    Image.fromarray(black).save(tmp_path / "b.png")
    assert np.array_equal(read_mask(tmp_path / "b.png").numpy(), strokes)


def test_soft_edges_get_a_note(tmp_path, strokes):
    soft = np.where(strokes, 255, 0).astype(np.uint8)
    soft[4, 4:25] = 128
    Image.fromarray(soft).save(tmp_path / "m.png")
    assert read_mask(tmp_path / "m.png")[4, 4:25].all()
    assert mask_notes(tmp_path / "m.png") == ("3.5 % of the mask is grey: what is over one half counts as white",)
