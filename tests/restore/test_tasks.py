import numpy as np
import pytest
import torch

from preimage import restore
from preimage.denoisers import NoiseRangeWarning
from preimage.errors import ArgumentError, ShapeError
from preimage.restore.methods import denoiser


@pytest.mark.usefixtures("tiny")
def test_the_result_is_of_the_kind_that_was_given(picture, photograph):
    floats = picture.astype(np.float32) / 255
    clear = np.dstack([picture, picture[..., :1]])
    for array in (picture, picture[..., 0], picture.astype(np.uint16) * 257, floats, clear):
        image = restore.denoise(array, sigma=0.01).image
        assert (type(image), image.dtype, image.shape) == (np.ndarray, array.dtype, array.shape)
    assert np.array_equal(restore.denoise(clear, sigma=0.01).image[..., 3], clear[..., 3])
    tensor = torch.from_numpy(floats).permute(2, 0, 1)
    one = restore.denoise(tensor.double(), sigma=0.01).image
    assert (one.dtype, one.shape) == (torch.float64, tensor.shape)
    both = restore.denoise(torch.stack([tensor, tensor.flip(2)]), sigma=0.01).image
    assert torch.allclose(both[0].double(), one, atol=1e-6)
    file = restore.denoise(photograph, sigma=0.01).image
    assert np.array_equal(file.to_array(), restore.denoise(picture, sigma=0.01).image)


@pytest.mark.usefixtures("tiny")
def test_every_picture_of_a_batch_has_its_own_noise_level(rng):
    x = torch.full((2, 1, 64, 64), 0.5) + torch.tensor([0.02, 0.1]).reshape(2, 1, 1, 1) * torch.randn(
        2, 1, 64, 64, generator=rng
    )
    both = restore.denoise(x)
    alone = [restore.denoise(image).record.resolved["sigma"] for image in x]
    assert both.record.resolved["sigma"] == alone


@pytest.mark.usefixtures("tiny")
def test_strength_scales_the_noise_level(picture):
    resolved = restore.denoise(picture, sigma="10/255", strength=1.5).record.resolved
    assert resolved["sigma"] == pytest.approx(15 / 255)
    assert resolved["sigma_before_strength"] == pytest.approx(10 / 255)


@pytest.mark.usefixtures("tiny")
def test_leaving_the_trained_range_is_told(picture):
    with pytest.warns(NoiseRangeWarning):
        restored = restore.denoise(picture, sigma=0.5)
    assert "outside" in restored.record.notes[0]


@pytest.mark.usefixtures("tiny")
def test_tiles_within_a_method_change_nothing(picture, monkeypatch):
    large = torch.from_numpy(np.tile(picture, (4, 4, 1))).permute(2, 0, 1) / 255
    whole = restore.deblur(large, "disk:2", sigma=0.02, steps=3)
    monkeypatch.setattr(denoiser, "choose_tile", lambda *_: 128)
    tiled = restore.deblur(large, "disk:2", sigma=0.02, steps=3)
    assert (whole.record.resolved["tile"], tiled.record.resolved["tile"]) == (1024, 128)
    assert torch.allclose(whole.image, tiled.image, atol=1e-5)


@pytest.mark.usefixtures("tiny")
def test_progress_is_told_to_the_end(picture):
    told = []
    restore.deblur(picture, "disk:2", sigma=0.02, steps=3, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sigma": "25"}, "25/255"), ({"strength": 0}, "strength"), ({"device": "tpu"}, "device"),
        ({"memory": "10MB"}, "at least"), ({"weights": "drunet-grey-compact"}, "3 channels"),
    ],
)  # fmt: skip
def test_settings_out_of_range_are_refused(picture, settings, message):
    with pytest.raises(ArgumentError, match=message):
        restore.denoise(picture, **settings)


@pytest.mark.usefixtures("tiny")
def test_pictures_and_arguments_that_do_not_fit_are_refused(picture):
    for call, message in (
        (lambda: restore.deblur(picture, np.ones((50, 3))), "smaller than the picture"),
        (lambda: restore.deblur(picture, "disk:2", steps=0), "steps"),
        (lambda: restore.superresolve(picture, 5), "factor"),
        (lambda: restore.superresolve(picture[:2], 2, "disk:2"), "enlarged picture, 4x90, got 5x5"),
        (lambda: restore.demosaic(picture), "mosaic"),
        (lambda: restore.demosaic(picture[..., 0], "RGBG"), "pattern"),
        (lambda: restore.inpaint(picture, np.zeros((5, 5), bool)), "45x37"),
        (lambda: restore.inpaint(picture, np.zeros(picture.shape[:2], bool)), "all are seen"),
        (lambda: restore.denoise(torch.zeros(2, 5, 5)), "float tensor"),
        (lambda: restore.denoise(torch.full((1, 5, 5), torch.nan)), "finite"),
        (lambda: restore.denoise([1, 2]), "path, an array or a tensor"),
    ):
        with pytest.raises((ArgumentError, ShapeError), match=message):
            call()
