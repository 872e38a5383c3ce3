import math

import pytest
import torch
import torch.nn.functional as F

from preimage.blind import estimate_noise
from preimage.blind.noise import estimate as home
from preimage.blind.noise.scales import OctaveLevels
from preimage.blind.white_noise import find_white_noise
from preimage.errors import ShapeError


def scene(channels, size=256):
    """A slope from dark to bright with a disc and some waves, (C, size, size)."""
    side = torch.linspace(0, 1, size)
    down, along = side[:, None], side
    x = 0.1 + 0.6 * along + 0.1 * ((down - 0.5).square() + (along - 0.3).square() < 0.04)
    x = x + 0.03 * torch.sin(80 * along * down) * (down > 0.8)
    return x.expand(channels, size, size)


def drawn(shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def smeared(shape):
    """Noise of variance one that has gone through the filter (1, 2, 1) / 4 in both directions."""
    weights = torch.tensor([1.0, 2, 1]) / 4
    kernel = torch.outer(weights, weights)
    wide = drawn((shape[0], 1, shape[1] + 2, shape[2] + 2))
    return F.conv2d(wide, kernel[None, None])[:, 0] / kernel.square().sum().sqrt()


@pytest.mark.parametrize("channels", [1, 3])
def test_white_noise_is_white_and_as_strong_as_told_elsewhere(channels):
    x = scene(channels)
    y = (x + 0.05 * drawn(x.shape)).clamp(0, 1)
    found = estimate_noise(y)
    assert found.is_white
    assert found.sigma == find_white_noise(y).sigma
    assert found.correlation_length == 1
    torch.testing.assert_close(found.levels, torch.full_like(found.levels, 0.05), rtol=0.15, atol=0)


def test_other_scales_are_looked_at_only_where_the_finest_does_not_decide(monkeypatch):
    seen = []
    monkeypatch.setattr(home, "octave_levels", lambda y, finest: seen.append(1) or OctaveLevels((finest,)))
    x = scene(1)
    estimate_noise(x + 0.05 * drawn(x.shape))
    assert not seen
    estimate_noise(x + 0.05 * smeared(x.shape))
    assert seen


def test_smeared_noise_counts_with_all_its_energy():
    x = scene(3)
    found = estimate_noise((x + 0.06 * smeared(x.shape)).clamp(0, 1))
    assert not found.is_white
    assert found.sigma == pytest.approx(0.06, rel=0.15)
    # The density at zero, by the mean one, is 1 / sum k^2 for a kernel of sum one: here (16 / 6)^2.
    assert found.correlation_length == pytest.approx(16 / 6, rel=0.15)
    assert float(found.spectrum[-1]) < 0.1
    assert found.trust > 0.7


def test_the_level_function_follows_brightness():
    x = scene(1)
    y = x + (0.01 * x + 0.02**2).sqrt() * smeared(x.shape)
    found = estimate_noise(y)
    truth = (0.01 * found.brightness + 0.02**2).sqrt()
    torch.testing.assert_close(found.levels, truth, rtol=0.15, atol=0)
    assert float(found.gain[0]) == pytest.approx(0.01, rel=0.3)
    assert float(found.level_at(torch.tensor([[0.2, 0.6]]))[0, 0]) == pytest.approx(math.sqrt(0.0024), rel=0.15)
    dark, bright = found.level_at(torch.tensor([[-1.0, 2.0]]))[0].tolist()
    assert (dark, bright) == pytest.approx((float(found.levels[0, 0]), float(found.levels[0, -1])))


def test_precision_and_range_of_the_picture_are_kept():
    y = scene(3) + 0.06 * smeared((3, 256, 256))
    single, double = estimate_noise(y), estimate_noise(y.double())
    assert double.levels.dtype == torch.float64
    assert single.levels.dtype == torch.float32
    assert single.sigma == pytest.approx(double.sigma, rel=1e-3)


@pytest.mark.parametrize("size", [(7, 5), (16, 16), (17, 40)])
def test_small_pictures_are_told_of_with_little_trust(size):
    found = estimate_noise(torch.rand(3, *size, generator=torch.Generator().manual_seed(0)))
    assert 0 <= found.sigma < 1
    assert found.level_at(torch.rand(3, 4, 5)).shape == (3, 4, 5)
    assert found.trust <= 1


def test_a_constant_picture_has_no_noise():
    found = estimate_noise(torch.full((1, 64, 64), 0.5))
    assert found.sigma < 0.3 / 255
    assert float(found.levels.abs().max()) < 0.3 / 255


def test_batches_are_refused():
    with pytest.raises(ShapeError, match="`picture` must be"):
        estimate_noise(torch.rand(2, 3, 32, 32))
