import pytest
import torch

from preimage.blind.correlation import REACH, correlation_kernel, find_correlation
from preimage.physics import CorrelatedGaussianNoise, GaussianNoise

BINOMIAL = torch.outer(torch.tensor([1.0, 2, 1]), torch.tensor([1.0, 2, 1]))


def scene(noise, size: int = 192, contrast: float = 0.1):
    """A ramp with a disc and stripes, and noise."""
    side = torch.linspace(-1, 1, size)
    down, right = torch.meshgrid(side, side, indexing="ij")
    x = 0.45 + contrast * down + 0.2 * (down**2 + right**2 < 0.3) + 0.1 * torch.sin(60 * right) * (down > 0.5)
    return noise.sample(x[None, None], torch.Generator().manual_seed(0))[0]


def test_white_noise_has_no_correlation() -> None:
    found = find_correlation(scene(GaussianNoise(0.08)))
    assert found is not None
    assert found.is_white
    assert found.variance**0.5 == pytest.approx(0.08, rel=0.1)


def test_the_correlation_of_smoothed_noise_is_found_with_its_level() -> None:
    found = find_correlation(scene(CorrelatedGaussianNoise(BINOMIAL, 0.08, 0.0)))
    assert found is not None
    assert not found.is_white
    assert found.variance**0.5 == pytest.approx(0.08, rel=0.15)
    row = found.ratios[REACH]
    assert row[REACH + 1] == pytest.approx(4 / 6, abs=0.06)  # of (1, 2, 1) with itself: 6, 4, 1
    assert row[REACH + 2] == pytest.approx(1 / 6, abs=0.08)


def test_the_kernel_has_the_ratios_that_were_asked_for() -> None:
    ratios = torch.zeros(9, 9)
    profile = torch.tensor([1.0, 4, 6, 4, 1]) / 6
    ratios[2:7, 2:7] = torch.outer(profile, profile)
    kernel = correlation_kernel(ratios)
    padded = torch.nn.functional.conv2d(kernel[None, None], kernel[None, None], padding=8)[0, 0]
    again = padded / padded[8, 8]
    torch.testing.assert_close(again[4:13, 4:13], ratios, rtol=0, atol=0.02)


def test_a_picture_without_places_tells_nothing() -> None:
    assert find_correlation(torch.rand(1, 40, 48)) is None
