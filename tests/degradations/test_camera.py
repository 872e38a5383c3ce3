from dataclasses import replace

import pytest
import torch

from preimage.degradations import CameraStep, DrawnCamera, Pair
from preimage.errors import ArgumentError, ShapeError

PLAIN = DrawnCamera((2.0, 1.6), ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)), 1.0, 0.0, 0.0, 7)


def test_without_noise_flat_pictures_come_back() -> None:
    x = torch.tensor([0.2, 0.5, 0.7], dtype=torch.float64).reshape(1, 3, 1, 1).expand(2, 3, 6, 7)
    pair = PLAIN.apply(Pair(x, x))
    torch.testing.assert_close(pair.degraded, x)
    assert pair.clean is x


def test_the_noise_of_the_mosaic_has_its_variance_in_linear_light() -> None:
    """Of green, whose gain is one: the deviation of the sensor times the slope of the tone curve."""
    light, slope = 0.2, 1.055 / 2.4 * 0.2 ** (1 / 2.4 - 1)
    x = torch.full((1, 3, 96, 96), 1.055 * light ** (1 / 2.4) - 0.055, dtype=torch.float64)
    drawn = replace(PLAIN, shot=1e-4, read=1e-5, method="bilinear")
    noise = drawn.apply(Pair(x, x)).degraded - x
    seen = noise[:, 1, 0::2, 1::2]
    assert float(seen.var()) == pytest.approx((1e-4 * light + 1e-5) * slope**2, rel=0.08)
    assert float(noise[:, 1, 2:-2:2, 2:-2:2].var()) < 0.4 * float(seen.var())  # interpolated: the mean of four


def test_another_tone_curve_changes_the_clean_picture_likewise() -> None:
    x = torch.rand(1, 3, 1, 1, dtype=torch.float64).expand(1, 3, 5, 6)
    pair = replace(PLAIN, finish="smoothstep").apply(Pair(x, x))
    torch.testing.assert_close(pair.clean, 3 * x**2 - 2 * x**3)
    torch.testing.assert_close(pair.degraded, pair.clean)


def test_random_cameras_are_in_range_and_repeat(rng: torch.Generator) -> None:
    x = torch.rand(2, 3, 9, 8, generator=rng)
    for _ in range(20):
        (drawn,) = CameraStep(shot=(1e-3, 1e-2)).draw(rng)
        assert isinstance(drawn, DrawnCamera)
        assert 1e-3 <= drawn.shot <= 1e-2
        assert 1.9 <= drawn.white_balance[0] <= 2.4
        assert drawn.tone == drawn.finish
        taken = drawn.apply(Pair(x, x)).degraded
        assert torch.equal(taken, drawn.apply(Pair(x, x)).degraded)
        assert bool(taken.isfinite().all())
        torch.testing.assert_close(taken[:1], drawn.apply(Pair(x[:1], x[:1])).degraded)
    retouched = [one.tone != one.finish for one in CameraStep(retouched=1.0).draw(rng) if isinstance(one, DrawnCamera)]
    assert retouched == [True]


def test_grey_pictures_stay_grey_and_others_are_refused(rng: torch.Generator) -> None:
    (drawn,) = CameraStep().draw(rng)
    x = torch.full((1, 1, 4, 5), 0.5)
    assert drawn.apply(Pair(x, x)).degraded.shape == x.shape
    with pytest.raises(ShapeError, match="grey or RGB"):
        drawn.apply(Pair(torch.zeros(1, 2, 4, 4), x))
    with pytest.raises(ArgumentError, match="pattern"):
        replace(PLAIN, pattern="RGBG")
