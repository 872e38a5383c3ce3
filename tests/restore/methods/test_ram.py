import numpy as np
import pytest
import torch

from preimage import restore, zoo
from preimage.errors import ArgumentError, PreimageError
from preimage.physics import Demosaicing
from preimage.restore.repetition import repeat
from preimage.training.checkpoint import write_weights


def error(x, truth):
    return float((x - truth).square().mean().sqrt())


def holes(scene):
    return torch.rand(scene.shape[-2:], generator=torch.Generator().manual_seed(0)) < 0.5


def test_holes_are_filled_as_well_as_by_few_steps_of_plug_and_play(scene):
    missing = holes(scene)
    y = torch.where(missing, 0.3, scene)
    ours = restore.inpaint(y, missing, sigma=0.0, method="ram").image
    assert torch.equal(torch.where(missing, 0, ours), torch.where(missing, 0, scene))
    theirs = restore.inpaint(y, missing, sigma=0.0, steps=8).image
    assert error(ours, scene) < 1.12 * error(theirs, scene)  # 1 dB


def test_grey_pictures_stay_grey_and_are_restored_alike(scene):
    missing, grey = holes(scene), scene.mean(0, keepdim=True)
    one = restore.inpaint(grey, missing, sigma=2 / 255, method="ram").image
    three = restore.inpaint(grey.expand(3, -1, -1), missing, sigma=2 / 255, method="ram").image
    assert one.shape == grey.shape
    torch.testing.assert_close(three, one.expand(3, -1, -1))


def test_mosaics_become_colour_and_are_repeated_as_they_were_made(scene):
    mosaic = Demosaicing("GRBG").A(scene[None])[0, 0].numpy()
    made = restore.demosaic(mosaic, "GRBG", sigma=0.0, method="ram")
    assert error(torch.from_numpy(made.image).movedim(-1, 0), scene) < 0.02
    assert made.record.resolved["weights"]["name"] == "ram-compact"
    assert np.array_equal(repeat(made.record, mosaic).image, made.image)


def test_weights_of_a_file_are_those_of_finetuning(scene, tmp_path):
    network = zoo.load_reconstructor("ram-compact")
    file = tmp_path / "mine.safetensors"
    write_weights(file, {name: 0.99 * value for name, value in network.state_dict().items()})
    mosaic = Demosaicing("RGGB").A(scene[None, :, :24, :24])[0, 0].numpy()
    made = restore.demosaic(mosaic, sigma=0.0, method="ram", weights=str(file))
    assert np.array_equal(repeat(made.record, mosaic).image, made.image)
    assert not np.array_equal(made.image, restore.demosaic(mosaic, sigma=0.0, method="ram").image)
    assert made.record.resolved["weights"] == {"name": str(file), "sha256": zoo.digest_of(file)}


def test_what_a_single_pass_cannot_do_is_said(scene):
    y, missing = scene[:, :16, :16], holes(scene)[:16, :16]
    for wrong in ({"steps": 8}, {"trace": True}):
        with pytest.raises(ArgumentError, match=f"`{next(iter(wrong))}` must be left out for ram"):
            restore.inpaint(y, missing, method="ram", **wrong)
    for wrong, told in (("drunet-color-compact", "give it to preimage.zoo.load_denoiser"), ("usr-color", "of a RAM")):
        with pytest.raises(PreimageError, match=told):
            restore.inpaint(y, missing, method="ram", weights=wrong)
    with pytest.raises(ArgumentError, match="`memory` must be at least"):
        restore.inpaint(y, missing, method="ram", memory="100MB")
    assert "trained for" in " ".join(restore.inpaint(y, missing, sigma=0.4, method="ram").record.notes)
