import numpy as np
import pytest
import torch

from preimage.blind.light import Light
from preimage.errors import ArgumentError
from preimage.restore import denoise
from preimage.restore.frame.error_picture import lightest
from preimage.restore.frame.level import Level
from preimage.restore.methods.error_map import clipping_bias, error_factor, half_widths

FACTORS = {"5": 2.0, "25": 1.5, "50": 1.8}
Y = 2 + torch.rand(1, 1, 12, 15, generator=torch.Generator().manual_seed(0))  # nothing is clipped


def test_factors_lie_between_those_of_the_table() -> None:
    levels = [0.0, 5 / 255, 15 / 255, 25 / 255, 50 / 255, 1.0]
    assert [error_factor(FACTORS, level) for level in levels] == pytest.approx([2.0, 2.0, 1.75, 1.5, 1.8, 1.8])


def test_widths_are_the_spread_of_what_shrinks() -> None:
    """``D(y) = y / 4`` removes noise of 0.1 to 0.1 sqrt(1 / 4), by Tweedie's formula."""
    found = half_widths(lambda y: y / 4, Y, Level(25 / 255, "given"), Y / 4, FACTORS)
    torch.testing.assert_close(found.widths, torch.full_like(Y, 1.5 * 25 / 255 * 0.5), rtol=1e-3, atol=0)
    assert found.entry() == {"share": 0.9, "factor": 1.5, "probes": 4}


def test_noise_of_light_is_wider_where_it_is_brighter() -> None:
    light = Light(0.01, 0.02)
    found = half_widths(lambda y: y / 4, Y, Level(light.over(Y[0]), "given", light=light), Y / 4, FACTORS)
    expected = found.factor * (0.01 * Y / 4 + 0.02**2).sqrt() * 0.5
    torch.testing.assert_close(found.widths, expected, rtol=0.05, atol=0)
    assert "grows with brightness" in found.notes[0]


def test_the_bias_of_clipped_noise_is_that_of_its_mean() -> None:
    truth = torch.tensor([0.02, 0.1, 0.5, 0.97], dtype=torch.float64)
    noise = torch.randn(400_000, 1, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    mean = (truth + 0.1 * noise).clamp(0, 1).mean(0)
    bias = clipping_bias(mean, torch.full_like(mean, 0.1))
    torch.testing.assert_close(bias, (mean - truth).abs(), rtol=0, atol=2e-3)
    beyond = clipping_bias(torch.tensor([0.01, -0.1]), torch.tensor(0.1))
    torch.testing.assert_close(beyond, torch.tensor([0.01, 0.1]), rtol=0, atol=1e-3)


def test_a_level_that_was_found_or_is_too_high_is_told() -> None:
    told = half_widths(lambda y: y / 4, Y, Level(60 / 255, "estimated"), Y / 4, FACTORS).notes
    assert any("up to 50/255" in note for note in told)
    assert any("holds for white noise of the level found" in note for note in told)
    assert not half_widths(lambda y: y / 4, Y, Level(25 / 255, "given"), Y / 4, FACTORS).notes


def test_a_map_of_zeros_says_that_it_knows_nothing() -> None:
    found = half_widths(lambda y: y, Y, Level(0.0, "estimated"), Y, FACTORS)
    assert "knows nothing of other noise" in found.notes[0]


def test_a_clean_picture_has_no_error() -> None:
    assert not half_widths(lambda y: y, Y, Level(0.0, "given"), Y, FACTORS).widths.any()


def test_the_truth_lies_within_for_nine_pixels_of_ten() -> None:
    rows, columns = np.mgrid[0:96, 0:96]
    clean = 0.5 + 0.3 * np.sin(rows / 7) * np.cos(columns / 11) + 0.15 * ((rows // 24 + columns // 24) % 2)
    noisy = clean + 25 / 255 * np.random.default_rng(0).standard_normal(clean.shape)
    restored = denoise(noisy.astype(np.float32), sigma="25/255", error_map=True)
    inside = np.abs(restored.image - clean) <= restored.error_maps[0][0].numpy()
    assert 0.8 < inside.mean() < 0.99
    told = restored.record.resolved["error_map"]
    assert told["share"] == 0.9
    assert told["lightest"] == lightest(restored.error_maps[0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda y: denoise(y, sigma=0.1, error_map=True, weights="epll-grey"), "not calibrated"),
        (lambda y: denoise(y, sigma=0.1, error_map=True, strength=2.0), "`strength` must be 1 for an error map"),
        (lambda y: denoise(y, sigma=0.1, error_map=True, method="groupsc"), "`error_map` must be left out for groupsc"),
    ],
)
def test_what_nobody_calibrated_is_refused(call, message) -> None:
    y = Y[0, 0].numpy()
    with pytest.raises(ArgumentError, match=message):
        call(y)
