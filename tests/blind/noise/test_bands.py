import pytest
import torch

from preimage.blind.noise.bands import EDGES, band_energies, band_middles


def test_white_noise_has_its_variance_in_every_band():
    y = 0.5 + 0.05 * torch.randn(2, 200, 240, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    bands = band_energies(y)
    assert int(bands.count.sum()) == 253
    torch.testing.assert_close(bands.energy.mean((0, 1)), torch.full((8,), 0.0025).double(), rtol=0.06, atol=0)
    torch.testing.assert_close(bands.brightness, torch.full_like(bands.brightness, 0.5), rtol=0.05, atol=0)
    assert bool(bands.whole.all())


def test_a_wave_is_in_the_band_of_its_frequency():
    columns = torch.arange(160.0)
    bands = band_energies((0.5 + 0.2 * torch.cos(torch.pi * (columns + 0.5) * 0.75)).expand(1, 160, 160))
    energy = bands.energy.mean((0, 1)) * bands.count
    band = next(k for k in range(8) if EDGES[k] <= 0.375 < EDGES[k + 1])
    assert float(energy[band]) > 0.9 * float(energy.sum())
    assert EDGES[band] <= float(band_middles()[band]) < EDGES[band + 1]


def test_blocks_with_clipped_pixels_are_marked():
    y = torch.rand(1, 64, 64, generator=torch.Generator().manual_seed(0))
    y[:, :16, :16] = 1.0
    whole = band_energies(y).whole
    assert not bool(whole[0, 0])
    assert float(whole.double().mean()) > 0.7


def test_large_pictures_are_looked_at_in_part():
    assert band_energies(torch.rand(1, 1500, 1600)).brightness.shape[1] == pytest.approx(1 << 14, rel=0.15)
