import json

import numpy as np
import pytest
import torch

from preimage import restore
from preimage.errors import ArgumentError, WeightsError
from preimage.physics import Blur
from preimage.restore.repetition import repeat
from preimage.restore.tasks.superresolve import SuperResolve

KERNEL = np.outer(*2 * [np.exp(-(np.linspace(-2, 2, 9) ** 2))])
KERNEL /= KERNEL.sum()


def blurred(scene, noise=0.0):
    """The middle of the scene behind the kernel, as a photograph sees it, and the truth."""
    y = Blur(torch.from_numpy(KERNEL).float(), "valid")(scene[None])[0]
    drawn = noise * torch.randn(y.shape, generator=torch.Generator().manual_seed(0))
    return y + drawn, scene[:, 4:-4, 4:-4]


def error(x, truth):
    return float((x - truth).square().mean().sqrt())


def test_a_blur_is_undone_to_the_border_as_well_as_by_eight_steps_of_plug_and_play(scene):
    y, truth = blurred(scene, 3 / 255)
    ours, theirs = (restore.deblur(y, KERNEL, sigma=3 / 255, method=method).image for method in ("usr", "dpir"))
    assert error(ours, truth) < 0.8 * error(y, truth)
    assert error(ours, truth) < 1.05 * error(theirs, truth)
    edge = [slice(None), slice(0, 3)]
    assert error(ours[tuple(edge)], truth[tuple(edge)]) < error(y[tuple(edge)], truth[tuple(edge)])


def test_grey_pictures_stay_grey_and_are_restored_alike(scene):
    grey = scene.mean(0, keepdim=True)
    y, truth = blurred(grey, 3 / 255)
    one = restore.deblur(y, KERNEL, sigma=3 / 255, method="usr").image
    three = restore.deblur(y.expand(3, -1, -1), KERNEL, sigma=3 / 255, method="usr").image
    assert one.shape == truth.shape
    torch.testing.assert_close(three, one.expand(3, -1, -1))
    assert error(one, truth) < 0.8 * error(y, truth)


def test_brightness_is_kept(scene):
    small = scene[:, :30, :40]
    large = restore.superresolve(small, 3, sigma=0.0).image
    torch.testing.assert_close(large.mean((1, 2)), small.mean((1, 2)), atol=3e-3, rtol=0)


def test_what_a_single_pass_cannot_do_is_said(scene):
    y = scene[:, :20, :20]
    with pytest.raises(ArgumentError, match="`steps` must be left out for usr, got 8; or choose dpir"):
        restore.superresolve(y, 2, steps=8)
    with pytest.raises(ArgumentError, match="`trace` must be left out for usr"):
        restore.superresolve(y, 2, trace=True)
    with pytest.raises(ArgumentError, match="`factor` must be 2, 3 or 4 for usr, got 8"):
        restore.superresolve(y, 8)
    with pytest.raises(ArgumentError, match="`memory` must be at least"):
        restore.superresolve(y, 2, memory="100MB")
    with pytest.raises(WeightsError, match="must be a reconstructor"):
        restore.superresolve(y, 2, weights="drunet-color-compact")
    with pytest.raises(ArgumentError, match="not calibrated for superresolve x3"):
        restore.superresolve(y, 3, error_map=True)


def test_levels_beyond_those_of_the_training_are_noted(scene):
    y = scene[:, :20, :20]
    assert "trained for" in " ".join(restore.superresolve(y, 2, sigma=60 / 255).record.notes)
    assert "trained for" not in " ".join(restore.superresolve(y, 2, sigma=20 / 255).record.notes)


def test_records_that_name_no_method_are_repeated_as_they_were_made(scene, tmp_path):
    y = scene[:, :12, :12].movedim(0, -1).numpy()
    for how in ({}, {"method": "dpir", "steps": 2}):
        made = restore.superresolve(y, 2, **how)
        again = repeat(made.record, y)
        assert np.array_equal(again.image, made.image)
        assert again.record.settings["method"] == how.get("method", "usr")
    old = json.loads(made.record.to_json())
    del old["settings"]["method"]
    (tmp_path / "old.json").write_text(json.dumps(old))
    assert np.array_equal(repeat(tmp_path / "old.json", y).image, made.image)


def test_kernels_for_factors_have_room_in_small_pictures():
    y = torch.rand(3, 2, 3, generator=torch.Generator().manual_seed(0))
    for factor in (2, 3, 4):
        assert restore.superresolve(y, factor).image.shape == (3, 2 * factor, 3 * factor)
        assert SuperResolve(factor).canvas(2, 3)[0] > 2 * factor
