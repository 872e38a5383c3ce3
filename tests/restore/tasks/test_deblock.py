import numpy as np
import pytest
import torch
from PIL import Image

from preimage import restore, zoo
from preimage.blind.luma import luma
from preimage.errors import ArgumentError
from preimage.metric import PSNR
from preimage.physics import JPEG
from preimage.physics.codec.jpeg_tables import luma_steps
from tests.restore.test_sparse_tasks import applied, pixels

__all__ = ["pixels"]


pytestmark = pytest.mark.usefixtures("sparse")


def test_deblocking_changes_brightness_alone(pixels):
    restored = restore.deblock(pixels, 10, method="groupsc").image
    change = applied("groupsc-jpeg", luma(pixels), 0.9) - luma(pixels)
    assert change.abs().max() > 0.01
    assert torch.allclose(restored - pixels, change.expand(3, -1, -1), atol=1e-6)
    grey = restore.deblock(pixels[:1], 30, method="groupsc")
    assert torch.allclose(grey.image, applied("groupsc-jpeg", pixels[:1], 0.7), atol=1e-6)
    assert grey.record.degradation == "JPEG quality 30, given"


def test_the_quality_is_that_of_the_file(tmp_path, picture):
    path = tmp_path / "photo.jpg"
    Image.fromarray(picture).save(path, quality=20)
    record = restore.deblock(path).record
    assert record.resolved["quality"] == 20
    assert record.resolved["level"] == pytest.approx(0.8)
    assert record.degradation == "JPEG quality 20, from the file's quantisation table"
    assert record.notes == ()
    assert "table is that of quality 20" in restore.deblock(path, 30).record.notes[0]
    steps = list(luma_steps(20))
    steps[9] += 2
    Image.fromarray(picture).save(path, qtables=[steps, steps])
    assert "quality 20 is nearest" in restore.deblock(path).record.notes[0]


def test_the_quality_is_that_of_the_pixels_where_there_is_no_table(tmp_path, picture):
    large = np.tile(picture, (4, 4, 1))
    Image.fromarray(large).save(tmp_path / "photo.jpg", quality=20)
    with Image.open(tmp_path / "photo.jpg") as image:
        record = restore.deblock(np.array(image)[3:, 1:]).record
    assert record.degradation == "JPEG quality 20, estimated from the pixels"
    with pytest.raises(ArgumentError, match="no traces of JPEG"):
        restore.deblock(large)


def test_qualities_outside_the_training_are_told(pixels):
    assert "quality 75 is above 40" in restore.deblock(pixels, 75, method="groupsc").record.notes[0]
    assert "quality 5 is outside 10 to 40" in restore.deblock(pixels, "5", method="groupsc").record.notes[0]
    strong = restore.deblock(pixels, 40, strength=1.5, method="groupsc")
    assert strong.record.notes == ()
    assert strong.record.resolved["level"] == pytest.approx(0.9)


def by_network(y, quality):
    with torch.inference_mode():
        return zoo.load_denoiser("deblock-color")(y, 1 - quality / 100)


def test_a_network_restores_all_colours_or_grey(pixels):
    restored = restore.deblock(pixels, 30)
    assert torch.allclose(restored.image, by_network(pixels[None], 30)[0], atol=1e-6)
    assert restored.record.resolved["weights"]["name"] == "deblock-color"
    grey = restore.deblock(pixels[:1], 30).image
    assert torch.allclose(grey, by_network(pixels[None, :1].expand(-1, 3, -1, -1), 30).mean(1), atol=1e-6)
    # Above the best quality of the training in part.
    faint = restore.deblock(pixels, 98)
    assert torch.allclose(faint.image, pixels.lerp(by_network(pixels[None], 95)[0], 0.4), atol=1e-6)
    assert "40 % of what they would remove" in faint.record.notes[0]


@pytest.mark.parametrize("quality", [10, 40, 80])
def test_the_network_gains_whatever_the_colours_are_sampled_by(scene, quality):
    for x, least in ((scene, 0.5), (luma(scene[None])[0], 0.5)):
        for form in ("4:4:4", "4:2:0"):
            y = JPEG(quality, form).A(x[None])[0]
            assert psnr(restore.deblock(y, quality).image, x) > psnr(y, x) + least


def psnr(a, b):
    return float(PSNR()(a[None], b[None]))


def test_weights_are_for_what_is_to_be_removed(pixels):
    with pytest.raises(ArgumentError, match="`weights` must be for the artefacts of JPEG, got drunet-color-compact"):
        restore.deblock(pixels, 30, weights="drunet-color-compact")
    with pytest.raises(ArgumentError, match="`weights` must be for noise, got deblock-color"):
        restore.denoise(pixels, sigma=0.1, weights="deblock-color")
