import numpy as np
import pytest
import torch

from preimage.blind.light import Light
from preimage.errors import ArgumentError
from preimage.files.samples.sampling import Sampling
from preimage.physics import JPEG, Blur
from preimage.physics.codec.jpeg_tables import luma_steps
from preimage.physics.kernels import gaussian_blur
from preimage.restore.finding.findings import FAINT, FoundLevel, PictureFindings, look_at
from preimage.simulate import sample_picture

STEP = Sampling(1 / 255)


def rounded(x: torch.Tensor) -> torch.Tensor:
    return (255 * x.clamp(0, 1)).round() / 255


def test_a_clean_picture_has_nothing() -> None:
    found, notes = look_at(rounded(sample_picture(96, 96)), None, STEP)
    assert found == PictureFindings()
    assert notes == ()
    assert found.describe() == "no noise that is seen, no artefacts of JPEG"


def test_noise_is_found_and_one_that_was_given_taken(rng: torch.Generator) -> None:
    clean = sample_picture(128, 128)
    noisy = rounded(clean + 15 / 255 * torch.randn(clean.shape, generator=rng))
    found, _ = look_at(noisy, None, STEP)
    assert found.sigma == pytest.approx(15 / 255, rel=0.25)
    assert found.describe().startswith("noise of 1")
    assert look_at(noisy, FAINT / 2, STEP)[0].sigma == FAINT / 2


def test_jpeg_is_found_in_the_table_of_the_file_or_in_the_pixels() -> None:
    texture = torch.nn.functional.avg_pool2d(torch.rand(1, 194, 258, generator=torch.Generator().manual_seed(0)), 3, 1)
    small = JPEG(40)((0.7 * sample_picture(192, 256) + 0.6 * texture)[None].clamp(0, 1))[0]
    assert abs(look_at(small, 0.0, STEP)[0].quality - 40) <= 2
    assert look_at(small, 0.0, Sampling(1 / 255, luma_steps(30)))[0].quality == 30
    # Written again with a high quality, a file does not tell of what was lost before.
    assert look_at(small, 0.0, Sampling(1 / 255, luma_steps(95)))[0].quality in range(38, 43)
    fine, _ = look_at(rounded(sample_picture(64, 64)), 0.0, Sampling(1 / 255, luma_steps(95)))
    assert fine == PictureFindings(high_quality=95)
    assert "95" in fine.describe()


def test_tiny_and_constant_pictures_can_be_looked_at() -> None:
    for picture in (torch.rand(3, 7, 5), torch.zeros(1, 1, 1), torch.ones(3, 40, 40)):
        found, _ = look_at(rounded(picture), None, STEP)
        assert found.quality == 0
        assert np.isfinite(found.sigma)


def test_what_a_record_holds_is_checked() -> None:
    found = PictureFindings(0.1, 0.01, 0.02, quality=50)
    assert found.light == Light(0.01, 0.02)
    assert PictureFindings.recorded({"sigma": 0.1, "gain": 0.01, "sensor": 0.02, "quality": 50}) == found
    assert PictureFindings.recorded([{}, {}]) is None
    for wrong in ({"sigma": -1.0}, {"quality": 101}, {"sigma": float("nan")}):
        with pytest.raises(ArgumentError, match="`found`"):
            PictureFindings.recorded(wrong)


def test_a_blur_is_told_and_left_alone() -> None:
    """Whether all of it is blurred, or text is not better as it was, is for whoever looks at it."""
    sharp = sample_picture(160, 160)
    blurred = rounded(Blur(gaussian_blur(2.0, size=13), "valid").A(sharp[None])[0])
    for picture in (blurred, blurred[:1]):
        found, (note,) = look_at(picture, None, STEP)
        assert found == PictureFindings()
        assert "`restore deblur` looks for the kernel" in note
    assert look_at(rounded(sharp), None, STEP)[1] == ()
    waves = 0.5 + 0.4 * (torch.arange(128.0) / 6).sin()[:, None] * (torch.arange(160.0) / 9).cos()
    assert look_at(rounded(waves[None]), None, STEP)[1] == ()


def test_a_level_holds_the_findings() -> None:
    assert FoundLevel(0.1, "found").findings == PictureFindings()
