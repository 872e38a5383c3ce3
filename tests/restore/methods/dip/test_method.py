import dataclasses
import signal
from functools import partial

import numpy as np
import pytest
import torch
from PIL import Image

from preimage import restore
from preimage.errors import ArgumentError, ShapeError, WeightsError
from preimage.models.dip import (
    DeepImagePrior,
    Fit,
    GuideInput,
    HeldOut,
    MovingVariance,
    SkipNet,
    scales,
)
from preimage.physics import Denoising, GaussianNoise, Inpainting
from preimage.restore import Dip, ImageFile
from preimage.restore.methods.dip import settings
from preimage.restore.methods.dip.data_step import data_step

COVERS = ["preimage.restore.tasks.flash"]

pytestmark = pytest.mark.usefixtures("small_prior")
NETWORK = partial(SkipNet, scales=scales((8, 8), 2))


@pytest.fixture
def pixels(picture):
    return torch.from_numpy(picture).permute(2, 0, 1) / 255


def fitted(y, physics, stop, steps=4, seed=0, source=None, fit=None, network=NETWORK):
    fit = dataclasses.replace(DeepImagePrior().fit if fit is None else fit, max_steps=steps, seed=seed)
    return DeepImagePrior(network, source, fit, stop).solve(y[None], physics).x[0]


def inpainted(y, missing, noise):
    fit = settings.prior_for_missing("fast", missing, 0.1).fit
    drawn = fitted(y, Inpainting(~missing, noise), HeldOut(), fit=fit)
    return data_step(drawn[None], y[None], Inpainting(~missing), 0.1)[0]


def test_each_task_is_the_prior_with_its_physics(pixels, rng):
    missing = torch.rand(37, 45, generator=rng) < 0.3
    scrawled = torch.where(missing, 1.0, pixels)
    noise = GaussianNoise(0.1)
    for restored, wanted in (
        (restore.denoise(pixels, method="dip", steps=4), fitted(pixels, Denoising(), MovingVariance())),
        (
            restore.denoise(pixels, sigma="5/255", strength=5.1, method="dip", steps=4),
            fitted(pixels, Denoising(noise), MovingVariance()),
        ),
        (restore.deblock(pixels, method="dip", steps=4), fitted(pixels, Denoising(), MovingVariance())),
        (
            restore.inpaint(scrawled, missing, sigma=0.1, method="dip", steps=4),
            inpainted(torch.where(missing, 0.0, pixels), missing, noise),
        ),
        (
            restore.flash(pixels, pixels.flip(2), steps=4, seed=3),
            fitted(pixels, Denoising(), MovingVariance(), seed=3, source=GuideInput(pixels.flip(2))),
        ),
    ):
        assert torch.allclose(restored.image, wanted, atol=1e-4)
        assert restored.record.settings["method"] == "dip"
        assert restored.record.resolved["steps"] == 4
        assert "weights" not in restored.record.resolved
        assert set(restored.histories[0].series) == {"misfit", "score"}


def test_seen_pixels_without_noise_are_kept(pixels):
    missing = torch.zeros(37, 45, dtype=torch.bool)
    missing[9:20, 9:30] = True
    image = restore.inpaint(pixels, ~missing, white="seen", sigma=0, method="dip", steps=3).image
    assert torch.equal(image[:, ~missing], pixels[:, ~missing])
    assert not torch.equal(image[:, missing], pixels[:, missing])


def test_scattered_pixels_are_learned_from_those_seen(pixels, rng):
    missing = torch.rand(37, 45, generator=rng) < 0.3
    restored = restore.inpaint(pixels, missing, sigma=0, method="dip", steps=3)
    drawn = settings.prior_for_missing("fast", missing, 0.0)
    wanted = fitted(
        pixels.masked_fill(missing, 0),
        Inpainting(~missing),
        drawn.stop,
        3,
        source=drawn.source,
        fit=drawn.fit,
        network=drawn.network,
    )
    assert torch.equal(restored.image[:, ~missing], pixels[:, ~missing])
    assert torch.allclose(restored.image, torch.where(missing, wanted, pixels), atol=1e-4)


def test_a_fit_may_start_from_trained_weights(tmp_path, picture, rng):
    Image.fromarray(picture).save(tmp_path / "picture.png")
    missing = torch.rand(picture.shape[:2], generator=rng) < 0.5
    Image.fromarray(missing.numpy()).save(tmp_path / "mask.png")
    files = tmp_path / "picture.png", tmp_path / "mask.png"
    usual, trained = (
        restore.inpaint(*files, sigma=0, method="dip", steps=2, weights=weights) for weights in (None, "fill-color")
    )
    errors = [
        float((run.image.pixels - torch.from_numpy(picture).permute(2, 0, 1) / 255).square().mean())
        for run in (usual, trained)
    ]
    assert errors[1] < 0.25 * errors[0]
    assert trained.record.resolved["weights"]["name"] == "fill-color"
    assert torch.equal(restore.repeat(trained.record).image.pixels, trained.image.pixels)
    with pytest.raises(WeightsError, match="fill-color"):
        restore.inpaint(*files, sigma=0, method="dip", steps=2, weights="drunet-color-compact")
    with pytest.raises(ArgumentError, match="6 channels of input and 3 of the image, got 2 and 1"):
        restore.inpaint(*files, sigma=0, method="dip", steps=2, weights="fill-grey")
    with pytest.raises(ArgumentError, match="unless scattered pixels are missing"):
        restore.denoise(files[0], method="dip", steps=2, weights="fill-color")


def test_unknown_pictures_are_larger_than_the_photograph_and_results_are_not(pixels):
    assert restore.deblur(pixels, "motion:5@30", method="dip", steps=2).image.shape == pixels.shape
    for factor in (3, 8):
        large = restore.superresolve(pixels[:, :8, :6], factor, method="dip", steps=2)
        assert large.image.shape == (3, 8 * factor, 6 * factor)
        assert large.record.settings["kernel"] == "lanczos"
    given = restore.superresolve(pixels[:, :8, :6], 2, "gaussian:0.7", method="dip", steps=2)
    assert given.record.settings["kernel"] == "gaussian:0.7"


def test_enough_steps_take_noise_away(rng):
    rows, columns = torch.meshgrid(torch.linspace(0, 3, 32), torch.linspace(0, 2, 32), indexing="ij")
    clean = (0.5 + 0.3 * torch.sin(rows + columns**2))[None]
    noisy = clean + 0.1 * torch.randn(clean.shape, generator=rng)
    restored = restore.denoise(noisy, sigma=0.1, method=Dip(), steps=40)
    assert float((restored.image - clean).square().mean()) < 0.2 * float((noisy - clean).square().mean())


def test_a_record_repeats_a_run_to_the_bit(tmp_path, picture):
    picture, photograph = picture[:20, :24], tmp_path / "small.png"
    Image.fromarray(picture).save(photograph)
    mask = np.zeros(picture.shape[:2], np.uint8)
    mask[5:12, 5:20] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    Image.fromarray(picture[::-1]).save(tmp_path / "flash.png")
    dip = Dip(runs=2)
    runs = [
        restore.denoise(photograph, method=dip, steps=2, seed=5),
        restore.denoise(photograph, sigma=0.05, strength=1.5, method=dip, steps=2),
        restore.deblock(photograph, method=dip, steps=2),
        restore.deblur(photograph, "gaussian:1.2", method=dip, steps=2),
        restore.superresolve(photograph, 2, method=dip, steps=2),
        restore.inpaint(photograph, tmp_path / "mask.png", white="seen", method=dip, steps=2),
        restore.flash(photograph, tmp_path / "flash.png", method=dip, steps=2),
    ]
    for run in runs:
        run.record.write(tmp_path / "record.json", overwrite=True)
        again = restore.repeat(tmp_path / "record.json")
        assert torch.equal(again.image.pixels, run.image.pixels)
        for what in ("settings", "resolved", "stopped", "degradation", "notes"):
            assert vars(again.record)[what] == vars(run.record)[what]
    Image.fromarray(picture).save(tmp_path / "flash.png")
    with pytest.raises(ArgumentError, match="flash"):
        restore.repeat(runs[-1].record)


def test_seeds_differ_and_runs_are_averaged(pixels):
    one, two = (restore.denoise(pixels, method=Dip(runs=1), steps=3, seed=seed).image for seed in (0, 1))
    both = restore.denoise(pixels, method="dip", steps=3).image
    assert not torch.allclose(one, two, atol=1e-3)
    assert torch.allclose(both, (one + two) / 2, atol=1e-6)


def test_previews_are_of_the_kind_that_was_given_and_change_nothing(photograph, picture):
    for image in (photograph, picture, torch.from_numpy(picture).permute(2, 0, 1) / 255):
        seen = []
        restored = restore.denoise(image, method=Dip(preview=seen.append, every=0), steps=3)
        assert [type(each) for each in seen] == [type(restored.image)] * 3
        plain = restore.denoise(image, method="dip", steps=3).image
        parts = [each.pixels if isinstance(each, ImageFile) else torch.as_tensor(each) for each in (seen[-1], plain)]
        assert torch.equal(*parts)


def interrupting(step):
    told = []

    def tell(text):
        told.append(text)
        if len(told) == step:
            signal.raise_signal(signal.SIGINT)

    return tell


def test_an_interrupt_keeps_the_best_picture_so_far_and_repeats(photograph):
    usual = signal.getsignal(signal.SIGINT)
    ended = restore.denoise(photograph, method=Dip(tell=interrupting(4)), steps=50)
    assert ended.record.stopped == "interrupted at step 4: the best picture so far"
    assert ended.record.resolved["steps"] == 4
    assert torch.equal(ended.image.pixels, restore.denoise(photograph, method="dip", steps=4).image.pixels)
    assert torch.equal(ended.image.pixels, restore.repeat(ended.record).image.pixels)
    assert signal.getsignal(signal.SIGINT) is usual


def test_an_interrupt_keeps_the_average_of_all_runs(photograph):
    ended = restore.denoise(photograph, method=Dip(runs=3, tell=interrupting(2)), steps=9)
    assert ended.record.stopped == "interrupted at step 2: the best picture so far"
    assert torch.equal(ended.image.pixels, restore.denoise(photograph, method=Dip(runs=3), steps=2).image.pixels)
    assert torch.equal(ended.image.pixels, restore.repeat(ended.record).image.pixels)


def test_every_picture_of_a_batch_is_fitted_alone(pixels):
    told = []
    both = restore.denoise(
        torch.stack([pixels, pixels.flip(2)]), method="dip", steps=3, progress=lambda *numbers: told.append(numbers)
    )
    assert torch.equal(both.image[1], restore.denoise(pixels.flip(2), method="dip", steps=3).image)
    assert told[0] == (0, 6)
    assert told[-1] == (6, 6)
    with pytest.raises(KeyboardInterrupt):
        restore.denoise(torch.stack([pixels, pixels]), method=Dip(tell=interrupting(2)), steps=3)


def test_what_does_not_fit_is_refused(pixels, tmp_path):
    for call, message in (
        (lambda: restore.denoise(pixels, method="dip", search="paper"), "for groupsc"),
        (lambda: restore.denoise(pixels, method="dip", strength=2), "give sigma"),
        (lambda: restore.denoise(pixels, method="dip", memory="300MB"), "takes no tiles"),
        (lambda: restore.denoise(pixels, method=Dip("slow")), "fast or paper"),
        (lambda: restore.denoise(pixels, steps=3), "single pass"),
        (lambda: restore.deblock(pixels, 20, steps=3), "single pass"),
        (lambda: restore.deblock(pixels, 20, method="dip"), "`quality` must be left out"),
        (lambda: restore.deblur(pixels, "disk:2", method="drunet"), "dpir, usr, dip or posterior"),
        (lambda: restore.superresolve(pixels, 8), "2, 3 or 4 for usr"),
        (lambda: restore.inpaint(pixels, torch.ones(37, 45), white="black"), "missing or seen"),
        (lambda: restore.flash(pixels, pixels[:, 1:]), "45x37.*got 45x36"),
        (lambda: restore.flash(pixels, torch.stack([pixels, pixels])), "one picture"),
        (lambda: Dip(runs=0), "runs"), (lambda: Dip(every=-1), "seconds"),
    ):  # fmt: skip
        with pytest.raises((ArgumentError, ShapeError), match=message):
            call()


def test_a_prior_with_a_setting_of_its_own_is_kept(pixels, monkeypatch):
    """Only steps, runs and seed are taken from the user."""
    fit = Fit(7, rate=0.001, input_noise=0.5, precision="float32")
    monkeypatch.setattr(settings, "prior_for_noise", lambda setting, sigma: DeepImagePrior(NETWORK, fit=fit))
    restored = restore.denoise(pixels, method=Dip(), seed=2)
    assert restored.record.resolved["steps"] == 7
    prior = DeepImagePrior(NETWORK, fit=dataclasses.replace(fit, seed=2))
    assert torch.allclose(restored.image, prior.solve(pixels[None], Denoising()).x[0], atol=1e-6)
