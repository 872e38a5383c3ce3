import pytest
import torch

from preimage.blind.noise.flat import flat_energy


@pytest.mark.parametrize("share", [1.0, 0.5, 0.3])
@pytest.mark.parametrize("freedom", [7, 60])
def test_the_energy_of_flat_blocks_is_found_among_textured_ones(share, freedom):
    rng = torch.Generator().manual_seed(0)
    energy = 2.5 * torch.randn(4000, freedom, generator=rng).square().mean(1)
    energy[int(share * 4000) :] *= 8 + 50 * torch.rand(4000 - int(share * 4000), generator=rng)
    found, flat = flat_energy(energy, freedom)
    assert found == pytest.approx(2.5, rel=0.1)
    assert flat == pytest.approx(share, rel=0.3)


def test_blocks_without_energy_have_no_noise():
    assert flat_energy(torch.zeros(100), 7) == (0.0, 0.0)
