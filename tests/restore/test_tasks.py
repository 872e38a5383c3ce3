import dataclasses
import json

import numpy as np
import pytest
import torch
from PIL import Image

from preimage import restore
from preimage.denoisers import NoiseRangeWarning
from preimage.errors import ArgumentError, ImageFileError, ShapeError
from preimage.metric import PSNR
from preimage.physics import Blur, Demosaicing, GaussianNoise
from preimage.restore import ImageFile, Record
from preimage.restore.methods import denoiser
from preimage.restore.tasks.kernel import read_kernel
from preimage.restore.tasks.superresolve import SuperResolve

COVERS = [
    "preimage.restore.frame.record",
    "preimage.restore.repetition",
    "preimage.restore.tasks.deblur",
    "preimage.restore.tasks.demosaic",
    "preimage.restore.tasks.denoise",
    "preimage.restore.tasks.inpaint",
    "preimage.restore.tasks.superresolve",
]


@pytest.fixture(scope="module")
def scene():
    """A crop of a photograph that comes with scikit-image, (3, 96, 96)."""
    from skimage import data

    return ImageFile.from_array(np.ascontiguousarray(data.astronaut()[60:156, 180:276])).pixels


def gain(restored, degraded, truth):
    psnr = PSNR()
    return float(psnr(restored[None], truth[None]) - psnr(degraded[None], truth[None]))


def test_denoising_gains(scene, rng):
    noisy = scene + 0.1 * torch.randn(scene.shape, generator=rng)
    restored = restore.denoise(noisy)
    assert restored.record.resolved["sigma"] == pytest.approx(0.1, rel=0.1)
    assert gain(restored.image, noisy, scene) > 5
    grey = noisy.mean(0, keepdim=True)
    assert gain(restore.denoise(grey, sigma=0.06).image, grey, scene.mean(0, keepdim=True)) > 2


def test_deblurring_gains_up_to_the_border(scene, rng):
    kernel = read_kernel("motion:7@30")
    blurred = Blur(kernel, "valid", noise=GaussianNoise(0.01))(scene[None], rng)[0]
    inset = kernel.shape[0] // 2
    truth = scene[:, inset:-inset, inset:-inset]
    restored = restore.deblur(blurred, kernel, sigma=0.01).image
    assert gain(restored, blurred, truth) > 3
    edge = (slice(None), slice(None), slice(0, 6))
    # Periodic deblurring loses several dB here.
    assert gain(restored[edge], blurred[edge], truth[edge]) > 1


@pytest.mark.parametrize("factor", [2, 3])
def test_superresolution_beats_interpolation(scene, factor):
    truth = scene[:, :90, :90]
    task = SuperResolve(factor)
    pad = torch.nn.functional.pad(truth[None], (18, 18, 18, 18), mode="replicate")
    coarse = Blur(task.centred(), "circular")(pad)[0, :, 18:108:factor, 18:108:factor]
    restored = restore.superresolve(coarse, factor, sigma=0.0, steps=8).image
    bicubic = torch.nn.functional.interpolate(coarse[None], scale_factor=factor, mode="bicubic")[0]
    assert gain(restored, bicubic, truth) > 0.8


@pytest.mark.parametrize(("rows", "factor"), [(1, 2), (2, 3), (3, 4)])
def test_thin_pictures_are_enlarged(scene, rows, factor):
    truth = scene[:, : rows * factor, : 90 // factor * factor].mean(1, keepdim=True).expand(-1, rows * factor, -1)
    tall = torch.nn.functional.pad(truth[:, :1].expand(-1, 96, -1)[None], (24, 24, 0, 0), mode="replicate")
    blurred = Blur(SuperResolve(factor).centred(), "circular")(tall)[0, :, ::factor]
    coarse = blurred[:, 4 : 4 + rows, 24 : 24 + truth.shape[-1] : factor]
    for thin, expected in ((coarse, truth), (coarse.mT, truth.mT)):
        restored = restore.superresolve(thin.contiguous(), factor, sigma=0.0, steps=8).image
        bicubic = torch.nn.functional.interpolate(thin[None], scale_factor=factor, mode="bicubic")[0]
        assert restored.shape == expected.shape
        assert gain(restored, bicubic, expected) > 0


def test_a_given_kernel_is_centred_on_the_coarse_pixels():
    for factor in (2, 3, 4):
        ours = SuperResolve(factor).centred()
        width = {2: 0.7, 3: 1.0, 4: 1.3}[factor]
        given = SuperResolve(factor, read_kernel(f"gaussian:{width}")).centred()
        for kernel in (ours, given):
            rows = torch.arange(kernel.shape[0]) - kernel.shape[0] // 2
            assert float((kernel.sum(1) * rows).sum()) == pytest.approx(-(factor - 1) / 2, abs=0.02)


def test_inpainting_gains(scene, rng):
    missing = torch.rand(96, 96, generator=rng) < 0.5
    holed = torch.where(missing, 0.0, scene)
    restored = restore.inpaint(holed, missing, sigma=0.0, steps=15)
    assert gain(restored.image, holed, scene) > 15
    assert torch.allclose(restored.image[:, ~missing], scene[:, ~missing], atol=1e-5)
    assert "50." in restored.record.notes[0] or "49." in restored.record.notes[0]


def test_demosaicking_gains(scene):
    mosaic = Demosaicing("GRBG")(scene[None])[0]
    restored = restore.demosaic(mosaic, "GRBG", sigma=0.0, steps=10).image
    assert float(PSNR()(restored[None], scene[None])) > 30
    wrong = restore.demosaic(mosaic, "RGGB", sigma=0.0, steps=2).image
    assert gain(restored, wrong, scene) > 10


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
def test_a_record_repeats_a_run_to_the_bit(tmp_path, photograph, picture):
    mask = np.zeros(picture.shape[:2], np.uint8)
    mask[5:20, 5:20] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    runs = [
        restore.denoise(photograph, strength=1.3),
        restore.deblur(photograph, "gaussian:1.2", steps=2),
        restore.superresolve(photograph, 2, steps=2),
        restore.inpaint(photograph, tmp_path / "mask.png", steps=2),
    ]
    for run in runs:
        run.record.write(tmp_path / "record.json", overwrite=True)
        again = restore.repeat(tmp_path / "record.json")
        assert torch.equal(again.image.pixels, run.image.pixels)
        assert again.record.settings == run.record.settings
        assert again.record.resolved == run.record.resolved


@pytest.mark.usefixtures("tiny")
def test_a_record_is_not_repeated_on_something_else(tmp_path, photograph, picture):
    np.save(tmp_path / "k.npy", np.ones((3, 3)))
    record = restore.deblur(photograph, tmp_path / "k.npy", steps=1).record
    for change, message in (
        ({"resolved": {**record.resolved, "weights": {"name": "drunet-color-compact", "sha256": "0"}}}, "weights"),
        ({"resolved": {**record.resolved, "kernel_sha256": "0"}}, "kernel"),
        ({"input": {**record.input, "sha256": "0"}}, "recorded file"),
        ({"settings": {}}, "whole record"),
        ({"task": "improve"}, "known task"),
    ):
        with pytest.raises((ArgumentError, ImageFileError), match=message):
            restore.repeat(dataclasses.replace(record, **change))
    noted = restore.repeat(dataclasses.replace(record, versions={**record.versions, "torch": "1.0"}))
    assert "torch 1.0 then" in noted.record.notes[-1]
    with pytest.raises(ArgumentError, match="no path"):
        restore.repeat(restore.denoise(picture).record)
    (tmp_path / "bad.json").write_text(json.dumps({"task": "denoise"}))
    for name in ("bad.json", "none.json", "photo.png"):
        with pytest.raises(ImageFileError, match="from_json"):
            Record.read(tmp_path / name)


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
