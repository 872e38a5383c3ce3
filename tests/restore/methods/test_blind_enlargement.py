import numpy as np
import pytest
import torch
import torch.nn.functional as F
from skimage import data

from preimage import restore, zoo
from preimage.errors import ArgumentError
from preimage.models import SubpixelUNet
from preimage.restore import ImageFile
from preimage.restore.methods.blind_enlargement import enlarged_by_tiles
from preimage.restore.repetition import repeat
from preimage.training.checkpoint import write_weights
from tests.restore.tasks.gain import gain


@pytest.mark.parametrize("factor", [2, 4])
def test_a_photograph_is_enlarged_better_than_by_interpolation(factor):
    truth = ImageFile.from_array(np.ascontiguousarray(data.astronaut()[:240, :240])).pixels
    y = F.interpolate(truth[None], scale_factor=1 / factor, mode="bicubic", antialias=True).clamp(0, 1)
    bicubic = F.interpolate(y, scale_factor=factor, mode="bicubic")[0]
    assert gain(restore.superresolve(y[0], factor, method="blind").image, bicubic, truth) > 0.7


def test_small_pictures_see_their_mirror_images(scene):
    y = scene[:, :7, :5]
    x = restore.superresolve(y, 2, method="blind").image
    mirrored = restore.superresolve(y.flip(-1), 2, method="blind").image.flip(-1)
    assert x.shape == (3, 14, 10)
    torch.testing.assert_close(x.mean((1, 2)), y.mean((1, 2)), atol=0.02, rtol=0)
    assert float((x - mirrored).abs().mean()) < 0.02


def test_tiles_see_all_that_has_an_effect():
    torch.manual_seed(0)
    network = SubpixelUNet(1, 2, width=4, depth=4, widths=(2, 2, 2, 2)).double()
    y = torch.rand(1, 1, 250, 19, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    with torch.no_grad():
        torch.testing.assert_close(enlarged_by_tiles(network, y, 2, 48), network(y), rtol=1e-9, atol=1e-12)
        torch.testing.assert_close(enlarged_by_tiles(network, y.mT, 2, 120), network(y.mT), rtol=1e-9, atol=1e-12)


def test_grey_pictures_stay_grey_and_records_are_repeated(scene):
    y = (255 * scene[0, :14, :15]).byte().numpy()
    made = restore.superresolve(y, 2, method="blind")
    assert made.image.shape == (28, 30)
    assert np.array_equal(repeat(made.record, y).image, made.image)
    assert made.record.resolved["weights"]["name"] == "sr-blind-x2"


def test_weights_of_a_file_are_those_of_training(scene, tmp_path):
    """A file such as a training makes: here the very weights that ship."""
    file = tmp_path / "mine.safetensors"
    network = zoo.load_reconstructor("sr-blind-x2")
    write_weights(file, network.state_dict())
    y = scene[:, :10, :12]
    made = restore.superresolve(y, 2, method="blind", weights=str(file))
    assert torch.equal(made.image, restore.superresolve(y, 2, method="blind").image)
    assert torch.equal(repeat(made.record, y).image, made.image)


def test_what_it_does_not_ask_for_is_refused(scene):
    y = scene[:, :10, :10]
    for options, message in (
        ({"factor": 3}, "`factor` must be 2 or 4 for blind, got 3; or choose usr"),
        ({"factor": 2, "kernel": "gaussian:1"}, "`kernel` must be left out"),
        ({"factor": 2, "sigma": 0.1}, "`sigma` must be left out"),
        ({"factor": 2, "steps": 3}, "`steps` must be left out"),
        ({"factor": 2, "trace": True}, "`trace` must be left out"),
        ({"factor": 2, "memory": "1MB"}, "`memory` must be at least"),
        ({"factor": 2, "weights": "sr-blind-x4"}, "for the factor 2, got one of 4"),
    ):
        with pytest.raises(ArgumentError, match=message):
            restore.superresolve(y, method="blind", **options)
