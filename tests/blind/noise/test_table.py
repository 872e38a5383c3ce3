import pytest
import torch

from preimage.blind.noise.bands import band_energies
from preimage.blind.noise.table import LevelTable, fit_lines


def test_lines_through_variances_are_found_and_stay_above_zero():
    x = torch.linspace(0.1, 0.9, 12, dtype=torch.float64)
    variances = torch.stack([0.02 * x + 0.001, 0.03 - 0.02 * x, 0.02 * x - 0.001])
    gain, offset = fit_lines(x.expand(3, -1), variances.clamp_min(1e-6))
    assert (float(gain[0]), float(offset[0])) == pytest.approx((0.02, 0.001))
    assert float(gain[1]) == 0
    assert float(offset[2]) == 0


def test_energies_are_those_of_the_noise_of_each_brightness():
    rng = torch.Generator().manual_seed(0)
    x = torch.linspace(0.2, 0.8, 400, dtype=torch.float64).expand(1, 300, 400)
    table = LevelTable.of(band_energies(x + 0.1 * x * torch.randn(x.shape, generator=rng, dtype=x.dtype)))
    expected = (0.1 * table.brightness).square()
    torch.testing.assert_close(table.total(), expected, rtol=0.25, atol=0)
    torch.testing.assert_close(table.white(), expected, rtol=0.25, atol=0)
    torch.testing.assert_close(table.spectrum(), torch.ones(8, dtype=torch.float64), rtol=0.25, atol=0)
    assert table.trust() > 0.8
    assert not table.is_coarse()
    assert table.is_even()
    caps = table.energy.amin((0, 1))
    assert torch.equal(table.within(caps).energy, caps.expand_as(table.energy))


def test_noise_that_goes_on_is_not_even_and_neither_is_what_has_no_noise():
    rng = torch.Generator().manual_seed(0)
    noise = torch.nn.functional.avg_pool2d(torch.randn(1, 1, 300, 400, generator=rng), (1, 2), 1)[0]
    x = torch.linspace(0.2, 0.8, 399).expand(1, 300, 399)
    assert not LevelTable.of(band_energies(x + 0.05 * noise)).is_even()
    waves = x + 0.1 * torch.sin(torch.arange(300.0) / 5)[:, None]
    assert not LevelTable.of(band_energies(waves)).is_even()
