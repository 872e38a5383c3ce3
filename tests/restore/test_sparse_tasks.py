"""Restoration by sparse models of patches; small untrained ones stand for those that ship."""

import pytest
import torch
from PIL import Image

from preimage import restore
from preimage.errors import ArgumentError
from preimage.physics import Demosaicing, Physics
from preimage.restore.frame import engine
from preimage.restore.methods import denoiser
from tests.restore.conftest import small_groupsc

pytestmark = pytest.mark.usefixtures("sparse")
PATTERNS = ["RGGB", "BGGR", "GRBG", "GBRG"]


@pytest.fixture
def pixels(picture):
    return torch.from_numpy(picture).permute(2, 0, 1) / 255


def applied(name, y, argument, stride=2):
    with torch.inference_mode():
        model = small_groupsc(name).searching(patch_stride=stride)
        apply = model.reconstruct if isinstance(argument, Physics) else model
        return apply(y[None], argument)[0]


def test_denoising_is_one_call_of_the_model_for_the_channels(pixels, monkeypatch):
    monkeypatch.setattr(engine, "guard_picture", lambda x, *rest: (x, []))  # random weights explain nothing
    for search, stride in (("light", 2), ("paper", 1)):
        for y, name in ((pixels, "groupsc-color"), (pixels[:1], "groupsc-grey")):
            restored = restore.denoise(y, sigma=0.1, method="groupsc", search=search)
            assert torch.allclose(restored.image, applied(name, y, 0.1, stride), atol=1e-6)
            assert restored.record.resolved["weights"]["name"] == name
    assert "10.0/255" not in restored.record.degradation
    assert restored.record.degradation == "noise level 0.1000 (25.50/255), given"


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_mosaic_is_seen_by_the_model_and_its_samples_are_kept(pixels, pattern):
    physics = Demosaicing(pattern)
    mosaic = physics(pixels[None])[0]
    restored = restore.demosaic(mosaic, pattern, method="groupsc").image
    assert torch.allclose(restored, applied("groupsc-mosaic", mosaic, physics), atol=1e-6)
    assert torch.equal(physics.A(restored[None])[0], mosaic)


@pytest.mark.parametrize("search", ["light", "paper"])
def test_tiles_of_a_mosaic_stay_in_phase(search, monkeypatch):
    scene = torch.tensor([0.8, 0.5, 0.2]).reshape(3, 1, 1).expand(3, 24, 230)
    mosaic = Demosaicing("GRBG")(scene[None])[0]
    whole = restore.demosaic(mosaic, "GRBG", method="groupsc", search=search).image
    monkeypatch.setattr(denoiser, "choose_tile", lambda *_: 131)
    told = []
    tiled = restore.demosaic(
        mosaic, "GRBG", method="groupsc", search=search, progress=lambda done, total: told.append((done, total))
    )
    assert told == [(done, 3) for done in range(4)]
    assert tiled.record.resolved["tile"] == 131
    assert (whole - scene).abs().max() > 0.01
    assert torch.allclose(tiled.image, whole, atol=1e-4)


def test_noise_in_a_mosaic_is_told_and_left(pixels, rng):
    mosaic = Demosaicing()(pixels[None])[0]
    clean = restore.demosaic(torch.full((1, 32, 32), 0.5), method="groupsc").record
    assert (clean.notes, clean.resolved["sigma"]) == ((), 0.0)
    noisy = restore.demosaic(mosaic + 0.1 * torch.randn(mosaic.shape, generator=rng), method="groupsc").record
    assert "dpir would be better" in noisy.notes[0]
    assert noisy.resolved["sigma"] == 0.0
    given = restore.demosaic(mosaic, sigma=0.1, method="groupsc")
    assert "dpir would be better" in given.record.notes[0]
    assert not torch.allclose(Demosaicing().A(given.image[None])[0], mosaic, atol=1e-3)


@pytest.mark.filterwarnings("ignore::preimage.denoisers.NoiseRangeWarning")
def test_a_record_repeats_a_run_to_the_bit(tmp_path, picture):
    Image.fromarray(picture).save(tmp_path / "a.jpg", quality=20)
    Image.fromarray(picture[..., 0]).save(tmp_path / "raw.png")
    for run in (
        restore.denoise(tmp_path / "a.jpg", method="groupsc", search="paper"),
        restore.deblock(tmp_path / "a.jpg", strength=1.1, method="groupsc"),
        restore.demosaic(tmp_path / "raw.png", "GBRG", method="groupsc"),
    ):
        run.record.write(tmp_path / "record.json", overwrite=True)
        again = restore.repeat(tmp_path / "record.json")
        assert torch.equal(again.image.pixels, run.image.pixels)
        for what in ("settings", "resolved", "degradation"):
            assert vars(again.record)[what] == vars(run.record)[what]


def test_what_does_not_fit_is_refused(picture, pixels):
    for call, message in (
        (lambda: restore.deblock(pixels, 0), "1..100"), (lambda: restore.deblock(pixels, 101), "1..100"),
        (lambda: restore.deblock(pixels, "high"), "1..100"), (lambda: restore.deblock(pixels, 20.5), "1..100"),
        (lambda: restore.deblock(pixels, 20, method="cnn"), "must be drunet, groupsc"),
        (lambda: restore.deblock(pixels, 20, search="wide", method="groupsc"), "light or paper"),
        (lambda: restore.deblock(pixels, 20, weights="drunet-grey-compact", method="groupsc"), "sparse model"),
        (lambda: restore.denoise(pixels, method="bm3d"), "groupsc, dip or posterior"),
        (lambda: restore.denoise(pixels, sigma=0.1, method="groupsc", weights="drunet-color-compact"), "sparse model"),
        (lambda: restore.demosaic(pixels[:1], method="bilinear"), "dpir, ram or groupsc"),
        (lambda: restore.demosaic(pixels[:1], method="groupsc", steps=3), "single pass"),
        (lambda: restore.demosaic(pixels[:1], method="groupsc", trace=True), "single pass"),
    ):  # fmt: skip
        with pytest.raises(ArgumentError, match=message):
            call()
