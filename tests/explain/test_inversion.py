import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from preimage.errors import ArgumentError
from preimage.explain.inversion import Inverted, Layer, PreImageSearch, invert


@pytest.fixture(autouse=True)
def identity(monkeypatch):
    """The features are the pixels themselves, three times as large, so that the pre-image is known."""

    def opened(name, weights=None):
        layer = nn.Conv2d(3, 3, 1, bias=False)
        layer.weight.data = 3 * torch.eye(3)[..., None, None]
        return nn.Sequential(layer)

    monkeypatch.setattr("preimage.explain.inversion.open_network", opened)


def found(path, **settings) -> Inverted:
    return invert(path, Layer("any", "0"), PreImageSearch("none", tol=1e-3), **settings)


def test_all_is_seen_by_a_layer_that_loses_nothing(photograph, picture):
    told: list[tuple[int, int]] = []
    got = found(photograph, progress=lambda done, total: told.append((done, total)))
    assert np.abs(got.file.to_array().astype(int) - picture.astype(int)).max() <= 2
    assert got.facts["features"] == "3 x 37 x 45 at 0"
    assert told[0] == (1, 1000)
    assert f"at step {told[-1][0]}" in got.facts["error"]


def test_the_central_square_is_resized(tmp_path):
    array = np.zeros((4, 10, 3), np.uint8)
    array[:, 3:5], array[:, 5:7, 1] = 255, 255
    Image.fromarray(array).save(tmp_path / "wide.png")
    original = invert(tmp_path / "wide.png", Layer("any", "0"), PreImageSearch("none", steps=1), size=2).original
    assert original.shape == (1, 3, 2, 2)
    # Of the four columns 3 to 6, the left half is white and the right one green, softened where they meet.
    torch.testing.assert_close(original[:, 1], torch.ones(1, 2, 2))
    assert (original[0, 0, :, 0] > 0.8).all()
    assert (original[0, 0, :, 1] < 0.2).all()


def test_what_excites_a_channel_is_its_colour(photograph):
    got = invert(photograph, Layer("any", "0"), PreImageSearch("none", steps=60), channel=1)
    assert got.x.shape == (1, 3, 37, 45)
    torch.testing.assert_close(got.x[:, 1], torch.ones(1, 37, 45))
    assert got.facts["response"].startswith("3 of channel 1; ")


def test_a_grey_picture_is_made_colour(tmp_path):
    Image.fromarray(np.full((5, 5), 100, np.uint8)).save(tmp_path / "grey.png")
    with pytest.raises(ArgumentError, match="must take pictures of 1 channels and 5x5 pixels"):
        found(tmp_path / "grey.png")
    got = invert(tmp_path / "grey.png", Layer("any", "0", channels=3), PreImageSearch("none", tol=0.01))
    assert got.original.shape == (1, 3, 5, 5)
